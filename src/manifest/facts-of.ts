import type { Edge } from "../core/edge.js";
import type { FactoryMask, Facts, HardwareCode, Variant } from "../core/facts.js";
import { parseRevision, type Revision } from "../core/revision.js";
import type { RowOf } from "./lists.js";
import type { Rows } from "./rows.js";

/** The rows as the values that `core` decides with. Floors whose texts are no revisions are a fault of `texts.ts`. */
export function factsOf(rows: Rows): Facts {
  const values = <R>(placed: readonly { readonly row: R }[]): R[] => placed.map(({ row }) => row);
  const facts: Facts = {
    variants: new Map(values(rows.variants).map((row) => [row.name, variantOf(row)])),
    hardwareCodes: new Map(values(rows["hardware-codes"]).map((row) => [row.code, hardwareCodeOf(row)])),
    models: new Map(values(rows.models).map(({ model, role }) => [model, role])),
    clonePrefixes: values(rows.clones).map(({ prefix }) => prefix),
    ordering: {
      sizes: new Map(values(rows["nand-sizes"]).map((row) => [row.megabytes, row])),
      options: new Map(
        values(rows["order-options"]).map((row) => [row.option, { ...row, mark: row.mark ?? null }]),
      ),
    },
    crossings: {
      forbidden: values(rows["forbidden-crossings"]),
      floors: [],
      oneWay: values(rows["one-way-variants"]),
      tested: values(rows["tested-crossings"]).map(edgeOf),
    },
  };
  const floors = values(rows.floors).flatMap(({ hardwareCode, once, notBelow, source }) => {
    const [from, to] = [revisionOf(once, facts), revisionOf(notBelow, facts)];
    return from === null || to === null ? [] : [{ hardwareCode, once: from, notBelow: to, source }];
  });
  return { ...facts, crossings: { ...facts.crossings, floors } };
}

function edgeOf({ from, to, modules, source, note }: RowOf<"tested-crossings">): Edge {
  return { from, to, evidence: [{ by: source, modules, virtual: false }], note: note ?? "" };
}

function revisionOf(text: string, facts: Facts): Revision | null {
  const said = parseRevision(text, facts);
  return said.kind === "revision" ? said.revision : null;
}

function variantOf(row: RowOf<"variants">): Variant {
  const { name, model, region, lteBands, standing, source, factoryMask } = row;
  const mask: FactoryMask | null =
    factoryMask === null
      ? null
      : {
          gw: BigInt(factoryMask.gw),
          lte: BigInt(factoryMask.lte),
          standing: factoryMask.standing,
          source: factoryMask.source,
        };
  return { name, model, region, lteBands, standing, source, factoryMask: mask };
}

function hardwareCodeOf(row: RowOf<"hardware-codes">): HardwareCode {
  const { code, model, variant, memory, flash, standing, source } = row;
  return { code, model, variant, memory, flash, standing, source };
}
