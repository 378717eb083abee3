/** Where a module is, as texts of all kinds name it, as keys that are equal for the same place. */

/** `path:1-1.2` of `/sys/devices/.../usb1/1-1/1-1.2`, `/sys/bus/usb/devices/1-1.2:1.4` or a bare port path; else null. */
export function portPathKey(text: string): string | null {
  const part = text
    .slice(0, 512)
    .split("/")
    .findLast((one) => /^\d{1,3}-\d{1,3}(?:\.\d{1,3}){0,8}(?::\d+\.\d+)?$/.test(one.trim()));
  return part === undefined ? null : `path:${part.trim().split(":")[0] ?? ""}`;
}

/** `port:ttyUSB2`, `port:cdc-wdm0` of `/dev/ttyUSB2`, `cdc-wdm0 (qmi)`, `COM7`; else null. */
export function portKey(text: string): string | null {
  // The BSDs number the device and then its ports: all of `ttyU0.0` to `ttyU0.3` are one module.
  const bsd = /^(?:\/dev\/)?(?:tty|cua)(?<unit>U\d{1,3})(?:\.\d{1,2})?(?![\w.-])/.exec(
    text.trim().slice(0, 64),
  );
  if (bsd !== null) return `port:tty${bsd.groups?.["unit"] ?? ""}`;
  const name =
    /^(?:\/dev\/)?(?<name>(?:tty(?:USB|ACM|AMA|HS|MSM|GS|mxc|S)|cdc-wdm|wwan\d{1,3}at|COM)\d{1,4})(?![\w.-])/.exec(
      text.trim().slice(0, 64),
    )?.groups?.["name"];
  return name === undefined ? null : `port:${name}`;
}

/** `modem:0` of `/org/freedesktop/ModemManager1/Modem/0`; else null. */
export function modemKey(text: string): string | null {
  const number = /\/Modem\/(?<number>\d{1,5})$/.exec(text.trim().slice(0, 128))?.groups?.["number"];
  return number === undefined ? null : `modem:${number}`;
}
