import { isCommand } from "../at/command.js";
import { atTranscript } from "../at/transcript.js";
import { type JsonReader, type LooseObject, textOf } from "./format.js";
import type { Observation } from "../observation.js";

const ASKED = ["command", "cmd", "request", "at", "sent", "tx"];
const ANSWERED = ["response", "resp", "answer", "reply", "output", "result", "received", "rx"];

/** AT dialogues as data: `{"command": "ATI", "response": "Quectel..."}`, answers with their echo, or by their commands. */
export function jsonExchange(): JsonReader {
  const reader = atTranscript();
  const dialogue = (command: string, answer: string): readonly Observation[] => {
    const lines = answer.split(/[\r\n]+/).filter((line) => line.trim() !== "");
    const final = lines.some((line) => /^(?:OK|ERROR)$|^\+CM[ES] ERROR/.test(line.trim())) ? [] : ["OK"];
    return [command, ...lines.filter((line) => line !== command), ...final].flatMap((line) => reader(line));
  };
  return (object) => {
    const command = firstOf(object, ASKED);
    const answer = firstOf(object, ANSWERED);
    if (command !== null && isCommand(command)) return answer === null ? [] : dialogue(command, answer);
    const echo = answer?.trim().split(/[\r\n]/)[0] ?? "";
    if (answer !== null && isCommand(echo)) return dialogue(echo, answer);
    const answers = Object.keys(object).filter((key) => /^AT[+I]/i.test(key) && isCommand(key));
    if (answers.length === 0) return null;
    return answers.flatMap((one) => {
      const answer = textOf(object, one);
      return answer === null ? [] : dialogue(one, answer);
    });
  };
}

function firstOf(object: LooseObject, keys: readonly string[]): string | null {
  for (const key of keys) {
    const text = textOf(object, key) ?? linesOf(object, key);
    if (text !== null) return text;
  }
  return null;
}

/** An answer kept as a list of its lines. */
function linesOf(object: LooseObject, key: string): string | null {
  const value = Object.hasOwn(object, key) ? object[key] : null;
  return Array.isArray(value) && value.every((line) => typeof line === "string") ? value.join("\n") : null;
}
