import { join } from "node:path";
import type { Testimony, Witness } from "../../core/bus.js";
import { type Registration, UNREAD } from "../../core/reading.js";
import { revisionText } from "../../protocol/capture/revision-text.js";
import { QMICLI_REGISTRATIONS, qmicliError, qmicliValues } from "../../protocol/qmicli.js";
import { type HolderPlaces, holderText, holdersOf } from "../holders.js";
import { findProgram, runProgram } from "../program.js";
import { entries } from "../sysfs-read.js";

/** qmicli gives up on a silent module after 10 s an action. */
const LIMIT_MS = 15_000;
/** The one program through which several may speak QMI at once. */
const PROXY = "qmi-proxy";

/**
 * The module's own QMI port through qmi-proxy, asked by qmicli. Each question takes a client id of its own and gives it
 * back, so a connection that another client has goes on. A port that is open in any other way is left alone, and so is
 * one whose holders this user may not see.
 */
export function qmicliWitness({
  sysRoot = "/sys",
  places = {},
}: {
  sysRoot?: string;
  places?: HolderPlaces;
}): Witness {
  return {
    name: "qmicli",
    async ask(device, signal): Promise<Testimony> {
      const program = await findProgram("qmicli");
      if (program === null) return nothing("not installed");
      const port = await qmiPort(device.portPath, sysRoot);
      if (port === null) return nothing("the module has no QMI port");
      const { list, complete } = await holdersOf(port, places);
      const stranger = list.find((holder) => holder.program !== PROXY);
      if (stranger !== undefined) return nothing(`${port} is held by ${holderText(stranger)}`);
      if (!complete) return nothing(`who holds ${port} can only be seen by root`);
      const ask = (action: string) =>
        runProgram(program, ["-p", "-d", port, action], { limitMs: LIMIT_MS, signal });
      const revision = await ask("--dms-get-revision");
      if (revision.code !== 0) return nothing(qmicliError(revision.stderr) ?? "no answer in time");
      const mode = await ask("--dms-get-operating-mode");
      const ids = await ask("--dms-get-ids");
      const serving = await ask("--nas-get-serving-system");
      return { kind: "said", said: saidBy([revision, mode, ids, serving].map(({ stdout }) => stdout)) };
    },
  };
}

function saidBy(answers: readonly string[]) {
  const [revision, mode, ids, serving] = answers.map(qmicliValues);
  const text = revisionText(revision?.get("Revision") ?? "");
  const imei = ids?.get("IMEI");
  return {
    ...UNREAD,
    revisions: text === null ? [] : [{ text: text.text, from: "qmicli" }],
    registration: registrationOf(serving),
    operator: serving?.get("Description") ?? null,
    imei: imei !== undefined && /^\d{14,16}$/.test(imei) ? ({ kind: "present", imei } as const) : UNREAD.imei,
    qmiMode: mode?.get("Mode") ?? null,
  };
}

function registrationOf(serving: ReadonlyMap<string, string> | undefined): Registration | null {
  const state = QMICLI_REGISTRATIONS[serving?.get("Registration state") ?? ""] ?? null;
  return state === "home" && serving?.get("Roaming status") === "on" ? "roaming" : state;
}

/** `/dev/cdc-wdm0` of the module at a port path, or null. The kernel names it below the interface that has it. */
async function qmiPort(portPath: string, sysRoot: string): Promise<string | null> {
  const devices = join(sysRoot, "bus/usb/devices");
  for (const name of (await entries(devices)).filter((one) => one.startsWith(`${portPath}:`)).sort()) {
    const [node] = (await entries(join(devices, name, "usbmisc"))).filter((one) => one.startsWith("cdc-wdm"));
    if (node !== undefined) return `/dev/${node}`;
  }
  return null;
}

const nothing = (why: string) => ({ kind: "nothing", why }) as const;
