import type { Format } from "./formats.js";

/** What the tools and services of a host print of a module, in the way of `formats.ts`. */

const COLLAPSED = ["collapsed"];
/** Lines longer than a mail's, which cannot be put together again. */
const LONG = [...COLLAPSED, "wrapped at 72", "wrapped at 100"];

export const HOST_FORMATS: Readonly<Record<string, Format>> = {
  "ModemManager's debug log": {
    short: true,
    text: ({ short }) =>
      [
        "<debug> [1700000000.100000] [modem0/ttyUSB2/at] --> 'AT+CGMI<CR>'",
        "<debug> [1700000000.150000] [modem0/ttyUSB3/at] --> 'AT+CGMM<CR>'",
        "<debug> [1700000000.200000] [modem0/ttyUSB2/at] <-- '<CR><LF>Quectel<CR><LF><CR><LF>OK<CR><LF>'",
        "<debug> [1700000000.300000] [modem0/ttyUSB2/at] --> 'AT+CGMR<CR>'",
        `<debug> [1700000000.400000] [modem0/ttyUSB2/at] <-- '<CR><LF>${short.slice(0, 9)}'`,
        `<debug> [1700000000.500000] [modem0/ttyUSB2/at] <-- '${short.slice(9)}<CR><LF><CR><LF>OK<CR><LF>'`,
      ].join("\n"),
    not: LONG,
  },
  "ModemManager's debug log in a journal": {
    short: true,
    text: ({ short }) =>
      [
        "Feb 20 14:55:33 host ModemManager[99]: <debug> (ttyUSB2): --> 'AT+GMR<CR>'",
        `Feb 20 14:55:33 host ModemManager[99]: <debug> (ttyUSB2): <-- '<CR><LF>${short}<CR><LF>'`,
        "Feb 20 14:55:33 host ModemManager[99]: <debug> (ttyUSB2): <-- '<CR><LF>OK<CR><LF>'",
      ].join("\n"),
    not: LONG,
  },
  "translated QMI": {
    short: true,
    text: ({ short }) =>
      [
        "[/dev/cdc-wdm0] Received message (translated)...",
        '<<<<<<   message     = "Get Revision" (0x0023)',
        "<<<<<< TLV:",
        '<<<<<<   type       = "Result" (0x02)',
        "<<<<<<   translated = SUCCESS",
        "<<<<<< TLV:",
        '<<<<<<   type       = "Revision" (0x01)',
        `<<<<<<   translated = ${short}  1  [Nov 10 2016 17:00:00]`,
      ].join("\n"),
    not: COLLAPSED,
  },
  mbimcli: {
    short: true,
    text: ({ short, imei }) =>
      [
        "[/dev/cdc-wdm0] Device capabilities retrieved:",
        "\t      Device type: 'embedded'",
        `\t        Device ID: '${imei}'`,
        `\t    Firmware info: '${short}'`,
        "\t    Hardware info: 'EC25'",
      ].join("\n"),
    not: COLLAPSED,
  },
  "quectel-CM by MBIM": {
    short: true,
    text: ({ short, imei, portPath }) =>
      [
        `[06-26_01:55:16:993] Find /sys/bus/usb/devices/${portPath} idVendor=0x2c7c idProduct=0x125, bus=0x001, dev=0x004`,
        "[06-26_01:55:16:994] Modem works in MBIM mode",
        `[06-26_01:55:17:001] DeviceId:     ${imei}`,
        `[06-26_01:55:17:002] FirmwareInfo: ${short}`,
      ].join("\n"),
  },
  getprop: {
    text: ({ revision }) =>
      `[gsm.sim.state]: [READY]\n[gsm.version.baseband]: [${revision}]\n[gsm.version.ril-impl]: [a driver]`,
    not: COLLAPSED,
  },
  "gsmctl of a router": {
    text: ({ revision }) => `root@gw:~# gsmctl -y\n${revision}`,
    not: COLLAPSED,
  },
  "quectel-CM in a manual": {
    short: true,
    text: ({ short }) =>
      `[06-26_01:55:17:315] requestBaseBandVersion ${short}\t//the module's version, EC25EFAR06A17M4G or later\n[06-26_01:55:17:451] requestGetSIMStatus SIMStatus: SIM_READY  //the card`,
    not: [...COLLAPSED, "wrapped at 72", "wrapped at 100"],
  },
  "mmcli behind grep": {
    short: true,
    text: ({ short }) => `$ mmcli -m 0 | grep firmware\n           |      firmware revision: ${short}`,
    not: COLLAPSED,
  },
  "ubus of a router": {
    text: ({ revision, imei }) =>
      `{"cfg_version": "20.200.20.200", "version": "${revision}", "model": "EC25-EC", "imei": "${imei}"}`,
  },
  "getprop of one property": {
    text: ({ revision }) => `board:/ # getprop gsm.version.baseband\n${revision}`,
    not: COLLAPSED,
  },
  "Android's radio log": {
    text: ({ revision }) =>
      `01-01 08:00:41.123   800   820 D RILJ    : [0042]> BASEBAND_VERSION\n01-01 08:00:41.125   800   820 D RILJ    : [0042]< BASEBAND_VERSION ${revision}`,
    not: LONG,
  },
  "AT of Android's RIL": {
    text: ({ revision }) =>
      `01-01 08:00:41.123  1234  1250 D ATC     : AT> AT+QGMR\n01-01 08:00:41.124  1234  1250 D ATC     : AT< ${revision}\n01-01 08:00:41.124  1234  1250 D ATC     : AT< OK`,
    not: LONG,
  },
  "eg25-manager": {
    text: ({ revision }) =>
      `ago 03 11:06:44 phone eg25-manager[47]: Sending command: AT+QGMR\nago 03 11:06:45 phone eg25-manager[47]: Response: [${revision}]`,
    not: LONG,
  },
  "AT with sms_tool": {
    text: ({ revision }) => `root@router:~# sms_tool -d /dev/ttyUSB2 at 'AT+QGMR'\n${revision}`,
    not: COLLAPSED,
  },
  "AT with arrows": {
    text: ({ short, revision }) => `ATI      -> Quectel / EC25 / Revision: ${short}\nAT+QGMR  -> ${revision}`,
    not: COLLAPSED,
  },
  "mmcli before 1.8": {
    short: true,
    text: ({ short, imei, portPath }) =>
      [
        "/org/freedesktop/ModemManager1/Modem/0 (device id '00000000')",
        "  -------------------------",
        "  Hardware |   manufacturer: 'Quectel'",
        "           |          model: 'EC25'",
        `           |       revision: '${short}'`,
        `           |   equipment id: '${imei}'`,
        "  -------------------------",
        `  System   |         device: '/sys/devices/platform/usb1/${portPath}'`,
      ].join("\n"),
  },
  "nmcli device": {
    short: true,
    text: ({ short }) =>
      `GENERAL.DEVICE:                         cdc-wdm0\nGENERAL.VENDOR:                         Quectel\nGENERAL.PRODUCT:                        EC25\nGENERAL.FIRMWARE-VERSION:               ${short}`,
    not: COLLAPSED,
  },
};

/** Listings of a host's devices, beside those of `formats.ts`. */
export const HOST_LISTINGS: Readonly<
  Record<string, { readonly text: string; readonly modes: readonly string[] }>
> = {
  "files of sysfs": {
    text: "/sys/bus/usb/devices/1-1/idProduct:0125\n/sys/bus/usb/devices/1-1/idVendor:2c7c",
    modes: ["normal"],
  },
  "mmcli -L": {
    text: "    /org/freedesktop/ModemManager1/Modem/0 [Quectel] EC25",
    modes: ["normal"],
  },
  "a log of quectel-CM that says nothing more": {
    text: "[06-26_01:55:16:993] Find /sys/bus/usb/devices/1-1 idVendor=0x2c7c idProduct=0x125, bus=0x001, dev=0x004\n[06-26_01:55:16:994] Modem works in QMI mode",
    modes: ["normal"],
  },
};

/** Texts that name a module or its firmware without one being there to say so. */
export const HOST_TRAPS: readonly string[] = [
  'SUBSYSTEM=="tty", ATTRS{idVendor}=="2c7c", ATTRS{idProduct}=="0125", SYMLINK+="modem"',
  "%EC25AT% = Install, USB\\VID_2C7C&PID_0125&MI_02",
  "[ro.build.version.release]: [EC25AFAR05A07M4G]",
  "setprop gsm.version.baseband EC25AFAR05A07M4G",
  "`modem.generic.revision: ${modem.revision}`,",
  "modem.generic.manufacturer : ${modem.manufacturer}\nmodem.generic.revision : {{ revision }}",
  "Hardware info: 'EC25'\nthe firmware should be EC25AFAR05A07M4G",
  "# Expected: AT+QGMR → EC25AFAR05A07M4G_30.005.30.005",
];
