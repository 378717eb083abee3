import { isCommand } from "./at-command.js";
import { atTranscript } from "./at-transcript.js";
import { type JsonReader, type LooseObject, textOf } from "./json-format.js";
import type { Observation } from "./observation.js";

const ASKED = ["command", "cmd", "request", "at", "sent", "tx"];
const ANSWERED = ["response", "answer", "reply", "output", "result", "received", "rx"];

/** AT dialogues as data: `{"command": "ATI", "response": "Quectel..."}`, or answers by their commands. */
export function jsonExchange(): JsonReader {
  const reader = atTranscript();
  const dialogue = (command: string, answer: string): readonly Observation[] => {
    const lines = answer.split(/[\r\n]+/).filter((line) => line.trim() !== "");
    const final = lines.some((line) => /^(?:OK|ERROR)$|^\+CM[ES] ERROR/.test(line.trim())) ? [] : ["OK"];
    return [command, ...lines.filter((line) => line !== command), ...final].flatMap((line) => reader(line));
  };
  return (object) => {
    const command = firstOf(object, ASKED);
    if (command !== null && isCommand(command)) {
      const answer = firstOf(object, ANSWERED);
      return answer === null ? [] : dialogue(command, answer);
    }
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
    const text = textOf(object, key);
    if (text !== null) return text;
  }
  return null;
}
