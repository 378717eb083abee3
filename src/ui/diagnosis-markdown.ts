import type { DiagnosisDocument } from "./diagnosis-schema.js";
import { shown } from "./escape.js";

type Diagnosed = DiagnosisDocument["modules"][number];

/** A diagnosis as a file of evidence that a person sends along with a module (RMA). Identities are masked. */
export function diagnosisMarkdown({ made, by, modules, failures = [], exit }: DiagnosisDocument): string {
  const head = ["# Diagnosis", "", `Made ${plain(made)} by ${plain(by)}; check exits ${exit}.`];
  return `${[...head, ...modules.flatMap(moduleLines), ...failureLines(failures)].join("\n")}\n`;
}

function failureLines(failures: NonNullable<DiagnosisDocument["failures"]>): string[] {
  if (failures.length === 0) return [];
  const items = failures.map(({ source, says, code }) => `- ${plain(`${source}: ${says}`)} (\`${code}\`)`);
  return ["", "## Not read", "", ...items];
}

function moduleLines({ conclusion, findings, check, answers }: Diagnosed): string[] {
  const { source, verdict, confidence, virtual, claimed, declared, shown: seen } = check;
  const facts: (readonly [string, string | null])[] = [
    ["Verdict", `${verdict} (${confidence})`],
    ["Firmware", claimed?.revision ?? null],
    ["Declared", declared === null ? null : `${declared.text} (${declared.from})`],
    ["IMEI", seen.imei],
    ["Mode", seen.mode],
    ["CFUN", seen.cfun === null ? null : String(seen.cfun)],
    ["Band mask", seen.bandMask === null ? null : `${seen.bandMask.gw}, ${seen.bandMask.lte}`],
    ["Virtual", virtual ? "yes: no real module" : null],
  ];
  const wrong = findings.filter(({ kind }) => kind !== "fine");
  const fine = findings.filter(({ kind }) => kind === "fine");
  return [
    "",
    `## Module at ${plain(source)}`,
    "",
    `**${plain(conclusion)}**`,
    "",
    "| | |",
    "|---|---|",
    ...facts.flatMap(([name, value]) => (value === null ? [] : [`| ${name} | ${plain(value)} |`])),
    ...section("What is wrong", wrong),
    ...section("What is fine", fine),
    ...answersSection(answers),
  ];
}

function section(title: string, findings: Diagnosed["findings"]): string[] {
  if (findings.length === 0) return [];
  const items = findings.flatMap(({ kind, weight, says, evidence, next, code }) => [
    `- ${plain(says)} (${kind === "fine" ? "" : `${kind}, ${weight}, `}\`${code}\`)`,
    ...evidence.map(({ from, says: why }) => `  - ${plain(`${from}: ${why}`)}`),
    ...(next === null ? [] : [`  - Next: ${plain(next)}`]),
  ]);
  return ["", `### ${title}`, "", ...items];
}

/** As an indented block: no fence that an answer could close. */
function answersSection(answers: Diagnosed["answers"]): string[] {
  if (answers.length === 0) return [];
  const lines = answers.flatMap(({ command, lines: said }) => [command, ...(said ?? ["(no answer)"]), ""]);
  return ["", "### Answers", "", ...lines.map((line) => `    ${shown(line)}`.trimEnd())];
}

/** Text that is only text in Markdown and in HTML: no link, image, emphasis, table cell or tag. */
function plain(text: string): string {
  return shown(text)
    .replace(/[\\`*_{}[\]<>()#+!|~]/g, (char) => `\\${char}`)
    .replace(/&/g, "&amp;");
}
