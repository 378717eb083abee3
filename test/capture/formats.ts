/** Texts of every format about one module, made from what the module says, so that any module can be in any of them. */

export interface Spoken {
  readonly revision: string;
  readonly short: string;
  readonly model: string;
  readonly imei: string;
  readonly portPath: string;
}

export interface Format {
  readonly text: (module: Spoken) => string;
  /** The format keeps only the short form (domain.md 1.3). */
  readonly short?: boolean;
  /** Layouts in which nobody could read it any more. */
  readonly not?: readonly string[];
}

const COLLAPSED = ["collapsed"];

export const FORMATS: Readonly<Record<string, Format>> = {
  "AT with echo": {
    text: ({ revision, short, model, imei }) =>
      `ATI\nQuectel\n${model}\nRevision: ${short}\n\nOK\nAT+QGMR\n${revision}\n\nOK\nAT+GSN\n${imei}\n\nOK\nAT+CFUN?\n+CFUN: 1\n\nOK`,
  },
  "AT behind prompts": {
    text: ({ revision }) => `user@host:~$ AT+CFUN?\n+CFUN: 1\nOK\nuser@host:~$ AT+QGMR\n${revision}\nOK`,
    not: COLLAPSED,
  },
  "AT with times": {
    text: ({ revision }) =>
      `[2024-01-02 10:00:00.123] TX: AT+QGMR\n[2024-01-02 10:00:00.456] RX: ${revision}\n[2024-01-02 10:00:00.457] RX: OK`,
    not: [...COLLAPSED, "wrapped at 72"],
  },
  "AT by a shell": {
    text: ({ revision }) => `# echo 'AT+QGMR' | atinout - /dev/ttyUSB2 -\nAT+QGMR\n${revision}\nOK`,
    not: COLLAPSED,
  },
  "AT as Python literals": {
    text: ({ revision, short }) =>
      `(b'AT+CGMR', [b'${short}', b'OK']),\n(b'AT+QGMR', [b'${revision}', b'OK']),\n(b'AT+CFUN?', [b'+CFUN: 1', b'OK']),`,
    not: COLLAPSED,
  },
  "AT as escaped strings": {
    text: ({ revision }) => `"AT+QGMR":   "AT+QGMR\\r\\r\\n${revision}\\r\\n\\r\\nOK\\r\\n",`,
  },
  "AT in a table": {
    text: ({ revision }) =>
      `| Command | Answer |\n|---|---|\n| \`AT+QGMR\` | \`${revision}\` |\n| \`AT+CFUN?\` | \`+CFUN: 1\` |`,
    not: [...COLLAPSED, "with an empty line after each"],
  },
  "quectel-CM": {
    short: true,
    text: ({ short, portPath }) =>
      [
        "[06-26_01:55:16:989] Quectel_QConnectManager_Linux_V1.6.0.12",
        `[06-26_01:55:16:993] Find /sys/bus/usb/devices/${portPath} idVendor=0x2c7c idProduct=0x125, bus=0x001, dev=0x004`,
        "[06-26_01:55:17:281] Get clientWDA = 1",
        `[06-26_01:55:17:315] requestBaseBandVersion ${short}`,
        "[06-26_01:55:17:451] requestGetSIMStatus SIMStatus: SIM_READY",
        "[06-26_01:55:17:553] requestRegistrationState2 MCC: 302, MNC: 720, PS: Attached, DataCap: LTE",
      ].join("\n"),
  },
  mmcli: {
    short: true,
    text: ({ short, imei, portPath }) =>
      [
        "  ----------------------------------",
        "  General  |                   path: /org/freedesktop/ModemManager1/Modem/0",
        "           |              device id: 0000000000000000000000000000000000000000",
        "  ----------------------------------",
        "  Hardware |           manufacturer: QUALCOMM INCORPORATED",
        "           |                  model: QUECTEL Mobile Broadband Module",
        `           |      firmware revision: ${short}`,
        "           |           h/w revision: 10000",
        `           |           equipment id: ${imei}`,
        "  ----------------------------------",
        `  System   |                 device: /sys/devices/platform/usb1/1-1/${portPath}`,
        "           |           primary port: cdc-wdm0",
        "  ----------------------------------",
        `  3GPP     |                   imei: ${imei}`,
        "           |           registration: home",
      ].join("\n"),
  },
  "mmcli -K": {
    short: true,
    text: ({ short, imei }) =>
      [
        "modem.dbus-path                                 : /org/freedesktop/ModemManager1/Modem/2",
        "modem.generic.manufacturer                      : QUALCOMM INCORPORATED",
        "modem.generic.model                             : QUECTEL Mobile Broadband Module",
        `modem.generic.revision                          : ${short}`,
        `modem.3gpp.imei                                 : ${imei}`,
      ].join("\n"),
  },
  "mmcli -J": {
    short: true,
    text: ({ short, imei, portPath }) =>
      JSON.stringify({
        modem: {
          "3gpp": { imei, "registration-state": "home" },
          "dbus-path": "/org/freedesktop/ModemManager1/Modem/0",
          generic: {
            device: `/sys/devices/usb1/${portPath}`,
            manufacturer: "Quectel",
            model: "EC25",
            ports: ["cdc-wdm0 (qmi)", "ttyUSB2 (at)"],
            revision: short,
          },
        },
      }),
  },
  qmicli: {
    short: true,
    text: ({ short, imei }) =>
      [
        "[/dev/cdc-wdm0] Device revision retrieved:",
        `\tRevision: '${short}  1  [Nov 10 2016 17:00:00]'`,
        "[/dev/cdc-wdm0] Device IDs retrieved:",
        "\tESN: '0'",
        `\tIMEI: '${imei}'`,
        "[/dev/cdc-wdm0] Operating mode retrieved:",
        "\tMode: 'online'",
        "\tHW restricted: 'no'",
      ].join("\n"),
  },
  "fwupdmgr --json": {
    text: ({ revision, portPath }) =>
      JSON.stringify(
        {
          Devices: [
            { Name: "Integrated Webcam", Plugin: "uvc", Vendor: "Somebody", Version: "1.2.3" },
            {
              Name: "EC25",
              Plugin: "modem_manager",
              Vendor: "Quectel",
              Version: revision,
              PhysicalId: `/sys/devices/usb1/${portPath}`,
              Releases: [{ Version: "EC25EFAR06A17M4G_20.200.20.200" }],
            },
          ],
        },
        null,
        2,
      ),
  },
  "fwupd as text": {
    text: ({ revision }) =>
      `  Plugin:               modem_manager\n  Vendor:               Quectel\n  Version:              ${revision}\n  VersionFormat:        plain\n  PhysicalId:           /sys/devices/usb1/1-4`,
    not: COLLAPSED,
  },
  QFirehose: {
    text: ({ revision, portPath }) =>
      [
        "[000.000]: Version: QFirehose_Linux_Android_V1.4.17",
        "[000.000]: Find md5 check file <EC25AFAR05A07M4G_30.005.30.005/md5.txt>",
        `[000.019]: [1] /sys/bus/usb/devices/${portPath} 2c7c/125/318`,
        "[000.026]: P: /dev/bus/usb/001/002 idVendor=2c7c idProduct=0125",
        `[000.031]: old software version: ${revision}`,
      ].join("\n"),
  },
  Prometheus: {
    text: ({ revision, imei }) =>
      `# TYPE mobile_modem_info gauge\nmobile_modem_info{device="/dev/modem-a",manufacturer="Quectel",model="EC25",revision="${revision}",serial="${imei}"} 1.0\nmobile_modem_up 1.0`,
  },
  "JSON report": {
    text: ({ revision, imei }) =>
      `"networks": null,\n"modem": {\n  "id": "0",\n  "imei": "${imei}",\n  "mfr": "QUALCOMM INCORPORATED",\n  "rev": "${revision}"\n},`,
  },
  "Python dict": {
    text: ({ revision }) =>
      `Modem ID info:  {'Manufacturer': 'Quectel', 'Model': 'EC25', 'Revision': 'Revision: ${revision}', 'ok': True}`,
  },
  CSV: {
    text: ({ revision, imei }) => `host,IMEI,fw_version,note\nsite-1,${imei},${revision},"a, b"`,
    not: [...COLLAPSED, "with an empty line after each", "with kernel lines between"],
  },
  "status lines": {
    text: ({ revision, imei }) => `SW Version = ${revision}\nIMEI = ${imei}`,
    not: COLLAPSED,
  },
  "one line": {
    text: ({ revision, imei }) => `model: EC25 Revision: ${revision} IMEI: ${imei} GPS ON: True  SIM: READY`,
  },
};

/** Listings of the bus: what they show is a mode, never a revision. */
export const LISTINGS: Readonly<
  Record<string, { readonly text: string; readonly modes: readonly string[] }>
> = {
  "lsusb of a module in EDL": {
    text: "Bus 004 Device 001: ID 1d6b:0001 Linux Foundation 1.1 root hub\nBus 002 Device 004: ID 05c6:9008 Qualcomm, Inc. Gobi Wireless Modem (QDL mode)\nBus 001 Device 001: ID 1d6b:0002 Linux Foundation 2.0 root hub",
    modes: ["edl"],
  },
  "lsusb of two modules": {
    text: "Bus 001 Device 004: ID 2c7c:0125 Quectel Wireless Solutions Co., Ltd. EC25 LTE modem\nBus 001 Device 005: ID 2c7c:0125 Quectel Wireless Solutions Co., Ltd. EC25 LTE modem",
    modes: ["normal", "normal"],
  },
  "lsusb without a module": {
    text: "Bus 001 Device 002: ID 1519:0443\nBus 001 Device 001: ID 1d6b:0002",
    modes: [],
  },
  "dmesg of a module that dumps": {
    text: "[ 1234.500000] usb 3-1.3: new high-speed USB device number 8 using dwc2\n[ 1234.600000] usb 3-1.3: New USB device found, idVendor=2c7c, idProduct=0125, bcdDevice= 0.00\n[ 1234.600001] usb 3-1.3: Product: QHSUSB__BULK\n[ 1234.600002] usb 3-1.3: Manufacturer: Qualcomm CDMA Technologies MSM",
    modes: ["dump"],
  },
  "dmesg of a module that came back from EDL": {
    text: "[  100.600000] usb 1-1.2: New USB device found, idVendor=05c6, idProduct=9008, bcdDevice= 0.00\n[  130.000000] usb 1-1.2: USB disconnect, device number 5\n[  140.600000] usb 1-1.2: New USB device found, idVendor=2c7c, idProduct=0125, bcdDevice= 3.18\n[  140.600001] usb 1-1.2: Product: EC25-A\n[  140.600002] usb 1-1.2: Manufacturer: Quectel",
    modes: ["normal"],
  },
};

/** Texts that name firmware nobody installed. */
export const TRAPS: readonly string[] = [
  // Support wrote it so in the thread: the shape of a revision with nothing in it.
  "Yes, the firmware of the EC25-A should look like EC25AFARXXXXXXXX.",
  "We think the firmware EC25AFAR05A07M4G should be installed on this module.",
  "I want to flash EC25AFAR05A07M4G_30.003.30.003.zip onto my module.",
  "I will have flashed nothing until you say whether EC25AFAR05A07M4G is right.",
  "If this module was flashed with EC25AFAR05A07M4G it would register.",
  "Original firmware (AT+QGMR): EC20CEFAR02A10M4G",
  "Target firmware: EC25AFAR05A07M4G\nIMEI: 000000001234567",
  "Latest revision: EC25EFAR06A17M4G_20.200.20.200",
  "Expected output:\nAT+QGMR\nEC25AFAR05A07M4G_30.005.30.005\nOK",
  "The answer should look like this:\nATI\nQuectel\nEC25\nRevision: EC25AFAR05A07M4G\n\nthank you",
  "| Command | Expected answer |\n|---|---|\n| `AT+QGMR` | `EC25AFAR05A07M4G` |",
  '{"command": "ATI", "expected_result": "Quectel\\r\\nEC25\\r\\nRevision: EC25AFAR05A07M4G"}',
  '{"target": {"imei": "000000001234567", "manufacturer": "Quectel", "model": "EC25", "revision": "EC25AFAR05A07M4G"}}',
  'assert modem.ask("AT+QGMR") == "EC25AFAR05A07M4G_30.005.30.005"',
  '("AT+QGMR", "EC25AFAR05A07M4G_30.005.30.005"),',
  "[000.000]: Find md5 check file </mnt/EC25AFAR05A07M4G_30.005.30.005/md5.txt>\n[000.002]: Totals checking 18 files md5 value, 0 file fail!",
  "root@router:~# modem_updater -i 1-1.4 -v EC25EUGAR08A03M4G_01.200.01.200",
  "Firmware will be updated from EC25EFAR08A04M4G_20.001.20.001 to EC25EFAR06A17M4G_20.200.20.200",
  "name,revision,size\nstable,EC25AFAR05A07M4G_30.005.30.005,191864239",
  "Model: EC25-E\nFirmware version: EC25EFAR06A17M4G\nDate: 2020-05-01\nNotes: a fix of the network scan",
  "requestBaseBandVersion should print EC25AFAR05A07M4G",
  "FILE:\\update\\EC25AFAR05A07M4G\\sbl1.mbn:52AC9148230560CBB752869835752DDF",
  '"Releases": [{"Version": "EC25AFAR05A07M4G", "Plugin": "modem_manager", "Vendor": "Quectel"}]',
];
