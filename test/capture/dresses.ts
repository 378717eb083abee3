/** What happens to a text between the tool that wrote it and the one that reads it: layouts, dresses, encodings. */

export type Change = (text: string) => string;

const KERNEL = [
  "[ 1234.567890] usb 1-1.4: new high-speed USB device number 9 using xhci_hcd",
  "[Tue Jun 11 15:58:26 2024] cdc_ether 3-1.3:1.4 usb0: link up",
  "Jun 26 01:05:24 host kernel: [  77.000001] IPv6: ADDRCONF(NETDEV_CHANGE): eth0: link becomes ready",
];

/** Breaks lines at blanks, as mail does. */
export function wrapped(width: number): Change {
  return (text) =>
    text
      .split("\n")
      .flatMap((line) => {
        const lines: string[] = [];
        let rest = line;
        while (rest.length > width) {
          const at = rest.lastIndexOf(" ", width);
          if (at <= 0 || rest.slice(0, at).trim() === "") break;
          lines.push(rest.slice(0, at));
          rest = rest.slice(at + 1);
        }
        return [...lines, rest];
      })
      .join("\n");
}

export const layouts: Readonly<Record<string, Change>> = {
  "as it is": (text) => text,
  "wrapped at 100": wrapped(100),
  "wrapped at 72": wrapped(72),
  "without empty lines": (text) => text.replace(/\n{2,}/g, "\n"),
  "with an empty line after each": (text) => text.replaceAll("\n", "\n\n"),
  "with kernel lines between": (text) =>
    text
      .split("\n")
      .map((line, at) => (at % 3 === 1 ? `${KERNEL[at % KERNEL.length] ?? ""}\n${line}` : line))
      .join("\n"),
  collapsed: (text) => text.split(/\s*\n\s*/).join(" "),
};

export const dresses: Readonly<Record<string, Change>> = {
  plain: (text) => text,
  "quoted once": (text) => text.replace(/^/gm, "> "),
  "quoted twice": (text) => text.replace(/^/gm, ">> "),
  "quoted by turns": (text) => text.replace(/^/gm, "> > "),
  "with line numbers": (text) =>
    text
      .split("\n")
      .map((line, at) => `${String(at + 1).padStart(6)}\t${line}`)
      .join("\n"),
  indented: (text) => text.replace(/^/gm, "    "),
  fenced: (text) => `\`\`\`text\n${text}\n\`\`\``,
  "in BBCode": (text) => `[code]${text}[/code]`,
  "in HTML": (text) =>
    `<pre><code>${text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;")}</code></pre>`,
  "in paragraphs": (text) =>
    text.replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\n", "<br />\n"),
  coloured: (text) => text.replace(/^(.+)$/gm, "\u001b[1;32m$1\u001b[0m\u001b[K"),
  "with typographic quotes": (text) => text.replace(/"([^"\n]*)"/g, "“$1”").replace(/'([^'\n]*)'/g, "‘$1’"),
  "with hard spaces": (text) => text.replace(/^ +/gm, (run) => "\u00a0".repeat(run.length)),
};

const PROSE: readonly [string, string][] = [
  ["Hallo, das Gerät meldet folgendes:", "Danke für die Hilfe, schöne Grüße"],
  ["El módulo no registra. ¿Qué significa esto?", "Gracias."],
  ["模块输出如下：", "谢谢"],
  ["Вот вывод:", "Спасибо"],
  [
    "We think the firmware EC25AFAR05A07M4G should be installed. Here is what it says:",
    "Is EC25EFAR06A17M4G_20.200.20.200.zip the right package?",
  ],
  ["", ""],
];

export const surroundings: readonly Change[] = PROSE.map(
  ([before, after]) =>
    (text) =>
      `${before}\n\n${text}\n\n${after}\n`,
);

function utf16(text: string, order: "le" | "be", mark: boolean): Buffer {
  const bytes = Buffer.from(mark ? `\ufeff${text}` : text, "utf16le");
  return order === "le" ? bytes : bytes.swap16();
}

function quotedPrintable(text: string): string {
  const encoded = [...Buffer.from(text, "utf8")]
    .map((byte) =>
      byte === 10
        ? "\n"
        : byte === 61 || byte > 126 || byte < 32
          ? `=${byte.toString(16).toUpperCase().padStart(2, "0")}`
          : String.fromCharCode(byte),
    )
    .join("");
  return encoded
    .split("\n")
    .map((line) => line.match(/(?:=[\dA-F]{2}|[^=]){1,70}/g)?.join("=\r\n") ?? "")
    .join("\r\n");
}

const WINDOWS: Readonly<Record<string, string>> = {
  "“": "\u0093",
  "”": "\u0094",
  "‘": "\u0091",
  "’": "\u0092",
};

const HEADERS = "From: someone@example.org\r\nContent-Type: text/plain; charset=utf-8\r\n";

export const encodings: Readonly<Record<string, (text: string) => Buffer>> = {
  "UTF-8": (text) => Buffer.from(text),
  "UTF-8 with a mark": (text) => Buffer.from(`\ufeff${text}`),
  "UTF-16 LE": (text) => utf16(text, "le", true),
  "UTF-16 BE": (text) => utf16(text, "be", true),
  "UTF-16 LE without a mark": (text) => utf16(text, "le", false),
  "Windows-1252": (text) =>
    Buffer.from(
      text.replace(/[^\u0000-\u00ff]/g, (letter) => WINDOWS[letter] ?? "?"),
      "latin1",
    ),
  "\\r\\n": (text) => Buffer.from(text.replaceAll("\n", "\r\n")),
  "\\r": (text) => Buffer.from(text.replaceAll("\n", "\r")),
  "^M": (text) => Buffer.from(text.replaceAll("\n", "^M\n")),
  "quoted-printable": (text) =>
    Buffer.from(`${HEADERS}Content-Transfer-Encoding: quoted-printable\r\n\r\n${quotedPrintable(text)}`),
  base64: (text) =>
    Buffer.from(
      `${HEADERS}Content-Transfer-Encoding: base64\r\n\r\n${Buffer.from(text).toString("base64").replace(/.{76}/g, "$&\r\n")}\r\n`,
    ),
};
