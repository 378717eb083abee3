import { type Group, merged } from "../group.js";
import { isOtherMake } from "../../../core/maker.js";
import type { Observation } from "../observation.js";
import { FOREIGN } from "./usb-ids.js";

/**
 * What a listing of devices shows is the module that the text is about; beside several of them it is nothing of its own.
 * A listed stranger stays one where a listed module is there for the text to be about.
 */
export function joinUsb(all: readonly Group[]): Group[] {
  const near = all.filter((group) => !isForeign(group));
  const groups = near.length > 0 ? near : all;
  const listed = joinListings(groups.filter(isUsbOnly));
  const others = groups.filter((group) => !isUsbOnly(group));
  const [only, ...more] = others;
  if (only === undefined) return listed;
  if (more.length > 0) return [...others, ...listed.filter((group) => !isRunning(group))];
  if (isOtherMaker(only)) return [only, ...listed];
  const ours = listed.filter((group) => !isOtherMaker(group));
  const known = ours.filter((group) => !isStranger(group));
  const same = new Set(known.length > 0 ? known : ours);
  return [merged([only, ...same]), ...listed.filter((group) => !same.has(group))];
}

/**
 * People show the same bus more than once, with `dmesg`, `lsusb` and `mmcli -L`: each listing names its devices in its own
 * way, so the listing with most of them counts; a device of another listing is the one in its mode, else the next.
 */
function joinListings(listed: readonly Group[]): Group[] {
  const byWay = new Map<string, Group[]>();
  for (const group of listed) add(byWay, group[0]?.key.split(":")[0] ?? "", group);
  const [longest = [], ...others] = [...byWay.values()].sort((a, b) => b.length - a.length);
  const devices = longest.map((group) => [group]);
  for (const way of others) matchUp(devices, way);
  return devices.map(merged);
}

/** Gives each group of a listing a device of its own: first those in the same mode, then what it can be in their order. */
function matchUp(devices: Group[][], way: readonly Group[]): void {
  const free = new Map<string, Group[][]>();
  for (const device of devices) add(free, `${kindOf(device[0] ?? [])} ${lastMode(device[0] ?? [])}`, device);
  const rest = way.filter((group) => {
    const device = free.get(`${kindOf(group)} ${lastMode(group)}`)?.shift();
    device?.push(group);
    return device === undefined;
  });
  const left = new Map<string, Group[][]>();
  for (const device of [...free.values()].flat()) add(left, kindOf(device[0] ?? []), device);
  for (const group of rest) {
    const kinds = kindOf(group) === "named" ? ["ours", "stranger"] : [kindOf(group), "named"];
    const device = kinds.map((kind) => left.get(kind)).find((same) => same !== undefined && same.length > 0);
    if (device === undefined) devices.push([group]);
    else device.shift()?.push(group);
  }
}

function add<Item>(map: Map<string, Item[]>, key: string, item: Item): void {
  const same = map.get(key);
  if (same === undefined) map.set(key, [item]);
  else same.push(item);
}

/** Whose ids it has; `mmcli -L` shows names alone, and they may be of either. */
function kindOf(group: Group): "ours" | "stranger" | "named" {
  if (isStranger(group)) return "stranger";
  return group.some(({ seen }) => seen.kind === "mode" && seen.how === "mmcli -L") ? "named" : "ours";
}

/** The mode a listing saw it in last. */
function lastMode(group: Group): string {
  return group.flatMap(({ seen }) => (seen.kind === "mode" ? [seen.mode] : [])).at(-1) ?? "";
}

const USB_KINDS: readonly Observation["kind"][] = ["mode", "maker", "model", "circumstance", "stranger"];

/** Whether a group is nothing but what listings of devices show. */
export function isUsbOnly(group: Group): boolean {
  return (
    group.some(({ seen }) => seen.kind === "mode" || isListedStranger(seen)) &&
    group.every(({ seen }) => USB_KINDS.includes(seen.kind))
  );
}

function isStranger(group: Group): boolean {
  return group.some(({ seen }) => isListedStranger(seen));
}

/** One known by its USB ids; what else shows a stranger (a partition, a bus) is no listing. */
function isListedStranger(seen: Observation): boolean {
  return seen.kind === "stranger" && seen.text.startsWith("USB");
}

function isForeign(group: Group): boolean {
  return (
    isUsbOnly(group) && group.some(({ seen }) => seen.kind === "stranger" && seen.text.startsWith(FOREIGN))
  );
}

function isRunning(group: Group): boolean {
  return group.every(({ seen }) => seen.kind !== "mode" || seen.mode === "normal");
}

function isOtherMaker(group: Group): boolean {
  return group.some(({ seen }) => seen.kind === "maker" && isOtherMake(seen.text));
}
