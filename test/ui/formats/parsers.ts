import { SaxesParser } from "saxes";

/** How the readers of each format take it apart. Each throws on what is not well formed. */

/** RFC 4180: CRLF ends a record, a quoted cell may hold anything. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  let row: string[] = [];
  while (cell.lastIndex < text.length) {
    const at = cell.lastIndex;
    const found = cell.exec(text);
    if (found === null) throw new SyntaxError(`no cell at ${at}: ${text.slice(at, at + 40)}`);
    row.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? "");
    if (found[3] === "\r\n") {
      rows.push(row);
      row = [];
    }
  }
  return rows;
}

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

export function parseXml(text: string): Element {
  const root: Element = { name: "", attributes: {}, children: [], text: "" };
  const open = [root];
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    const element = { name, attributes, children: [], text: "" };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on("text", (more) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += more;
  });
  parser.on("closetag", () => void open.pop());
  parser.write(text).close();
  const [document] = root.children;
  if (document === undefined) throw new SyntaxError("no root element");
  return document;
}

export interface WorkflowCommand {
  readonly command: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

/** Workflow commands as the runner reads them; other lines are only shown. */
export function parseCommands(text: string): WorkflowCommand[] {
  const decode = (part: string) =>
    part
      .replaceAll("%3A", ":")
      .replaceAll("%2C", ",")
      .replaceAll("%0D", "\r")
      .replaceAll("%0A", "\n")
      .replaceAll("%25", "%");
  return text.split(/\r\n|\r|\n/).flatMap((line) => {
    const [, command, properties = "", message = ""] = /^::(\S+?)(?: (.*?))?::(.*)$/.exec(line) ?? [];
    if (command === undefined) return [];
    const pairs = properties.split(",").map((pair): [string, string] => {
      const at = pair.indexOf("=");
      return [pair.slice(0, at), decode(pair.slice(at + 1))];
    });
    return [{ command, properties: Object.fromEntries(pairs), message: decode(message) }];
  });
}

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The text exposition format of Prometheus, without timestamps. */
export function parseProm(text: string): Sample[] {
  return text.split("\n").flatMap((line) => {
    if (line === "" || line.startsWith("# ")) return [];
    const [, name, inner = "", value] = /^([a-z_]+)(?:\{(.*)\})? ([\d.]+)$/.exec(line) ?? [];
    if (name === undefined) throw new SyntaxError(`no sample: ${line}`);
    const labels: Record<string, string> = {};
    const pair = /([a-z_]+)="((?:[^"\\]|\\["\\n])*)"(?:,|$)/gy;
    while (pair.lastIndex < inner.length) {
      const at = pair.lastIndex;
      const found = pair.exec(inner);
      if (found?.[1] === undefined) throw new SyntaxError(`no label at ${at}: ${inner}`);
      labels[found[1]] = (found[2] ?? "").replace(/\\(.)/g, (_, char: string) =>
        char === "n" ? "\n" : char,
      );
    }
    return [{ name, labels, value: Number(value) }];
  });
}

/** `key=value` lines; the first `=` ends the key. */
export function parseMender(text: string): [string, string][] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => {
      const at = line.indexOf("=");
      if (at <= 0) throw new SyntaxError(`no key: ${line}`);
      return [line.slice(0, at), line.slice(at + 1)];
    });
}
