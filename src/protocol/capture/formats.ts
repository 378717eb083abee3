import type { UsbMode } from "../../core/usb-mode.js";
import { android } from "./android.js";
import { atTranscript } from "./at-transcript.js";
import { csv } from "./csv.js";
import { edlClient } from "./edl-client.js";
import { fwupdText } from "./fwupd-text.js";
import { influx } from "./influx.js";
import { jsonCheck } from "./json-check.js";
import { jsonExchange } from "./json-exchange.js";
import type { JsonReader } from "./json-format.js";
import { jsonFwupd } from "./json-fwupd.js";
import { jsonMmcli } from "./json-mmcli.js";
import { jsonReport } from "./json-report.js";
import { jsonRun } from "./json-run.js";
import { jsonTraffic } from "./json-traffic.js";
import { kernelLog } from "./kernel-log.js";
import { lsusb } from "./lsusb.js";
import { macosUsb } from "./macos-usb.js";
import { mbim } from "./mbim.js";
import { mmcliText } from "./mmcli-text.js";
import { modemManagerLog } from "./modem-manager-log.js";
import type { LineReader } from "./observation.js";
import { ownerAccount } from "./owner-account.js";
import { prometheus } from "./prometheus.js";
import { qdl } from "./qdl.js";
import { qfirehose } from "./qfirehose.js";
import { qmiTrace } from "./qmi-trace.js";
import { qmicli } from "./qmicli.js";
import { quectelCm } from "./quectel-cm.js";
import { reportLines } from "./report-lines.js";
import { shellAnswers } from "./shell-answers.js";
import { snmp } from "./snmp.js";
import { sqlInsert } from "./sql-insert.js";
import { sysfsFiles } from "./sysfs-files.js";
import { usbDevices } from "./usb-devices.js";
import { xmlReport } from "./xml-report.js";
import { udev } from "./udev.js";
import { usbTree } from "./usb-tree.js";
import { windowsDevices } from "./windows-devices.js";

type Formats<Reader> = Readonly<Record<string, (modes: readonly UsbMode[]) => Reader>>;

/** One format, one file: a new one is a line here. Each is given all lines and knows its own. */
export const LINE_FORMATS: Formats<LineReader> = {
  atTranscript,
  quectelCm,
  qmicli,
  qmiTrace,
  mbim,
  modemManagerLog,
  android,
  shellAnswers,
  mmcliText,
  reportLines,
  fwupdText,
  xmlReport,
  sqlInsert,
  influx,
  snmp,
  ownerAccount,
  prometheus,
  csv,
  qdl,
  qfirehose,
  edlClient,
  lsusb,
  usbDevices,
  usbTree,
  udev,
  sysfsFiles,
  windowsDevices,
  macosUsb,
  kernelLog,
};

/** The same for JSON; the first that knows an object reads it. */
export const JSON_FORMATS: Formats<JsonReader> = {
  jsonMmcli,
  jsonFwupd,
  jsonCheck,
  jsonTraffic,
  jsonRun,
  jsonExchange,
  jsonReport,
};
