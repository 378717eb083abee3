import { ground, type Rule, rule } from "./finding.js";

/** What a host needs for each network function (domain.md 2, `usbnet`; 3.1). */
const FUNCTIONS: Readonly<Record<number, string>> = {
  1: "ECM: the host needs cdc_ether and a DHCP client on usb0, no QMI program",
  2: "MBIM: the host needs cdc_mbim and mbimcli or ModemManager, no QMI program",
  3: "RNDIS: the host needs rndis_host; DIAG is at another interface",
};

export const HOST_RULES: readonly Rule[] = [
  rule(
    "host-qmi",
    "fine",
    "strong",
    ({ reading: { usbnet } }) => (usbnet === 0 ? ground('AT+QCFG="usbnet"', "usbnet is 0") : null),
    () => "The network function is QMI, which quectel-CM and qmicli expect.",
  ),
  rule(
    "host-network-function",
    "host",
    "weak",
    ({ reading: { usbnet } }) =>
      usbnet !== null && usbnet !== 0 ? ground('AT+QCFG="usbnet"', `usbnet is ${usbnet}`) : null,
    ({ reading: { usbnet } }) =>
      `The network function is not QMI but ${FUNCTIONS[usbnet ?? 0] ?? "unknown"}.`,
    () => 'Use the program that fits, or set QMI: AT+QCFG="usbnet",0, then restart the module.',
  ),
  rule(
    "host-raw-ip",
    "host",
    "strong",
    ({ host }) => (host.rawIp === false ? ground("qmi/raw_ip", "it is N") : null),
    () => "The host wraps packets in Ethernet frames, and the module takes raw IP: nothing gets through.",
    () =>
      "With the interface down: echo Y > /sys/class/net/wwan0/qmi/raw_ip. A recent quectel-CM does it by itself.",
  ),
  rule(
    "host-no-lease",
    "host",
    "weak",
    ({ host }) => (host.dhcpFailed ? ground("DHCP client", "no lease on a data call that stood") : null),
    () =>
      "The data call stood and the host got no address: most often raw IP is off, else a wrong DHCP script.",
    () => "Look at /sys/class/net/wwan0/qmi/raw_ip: it must be Y.",
  ),
  rule(
    "host-power",
    "host",
    "strong",
    ({ host }) => (host.power.length > 0 ? host.power.map((says) => ({ from: "host log", says })) : null),
    () => "The host reports trouble with power or the USB line.",
    () =>
      "Give the module its own supply (2 A peaks), a short cable and no passive hub; look at `vcgencmd get_throttled` on a Raspberry Pi.",
  ),
  rule(
    "host-restarts",
    "host",
    "weak",
    ({ host }) => (host.starts >= 2 ? ground("RDY", `the module started ${host.starts} times`) : null),
    () => "The module restarts by itself: its supply breaks down when it transmits, or its firmware crashes.",
    () => "Measure the supply while it registers; give it one that stands 2 A peaks.",
  ),
  rule(
    "host-ports-held",
    "host",
    "weak",
    ({ reading }) => (reading.circumstances.length > 0 ? reading.circumstances : null),
    () => "Another program holds the AT ports, and was asked in place of the module.",
    () => "If two programs dial, end one: ModemManager and quectel-CM take the data call from each other.",
  ),
];
