import type { UsbMode } from "../../core/usb-mode.js";
import { android } from "./host/android.js";
import { atTranscript } from "./at/transcript.js";
import { csv } from "./report/csv.js";
import { edlClient } from "./flash/edl-client.js";
import { fwupdText } from "./host/fwupd-text.js";
import { influx } from "./report/influx.js";
import { jsonCheck } from "./json/check.js";
import { jsonExchange } from "./json/exchange.js";
import type { JsonReader } from "./json/format.js";
import { jsonFwupd } from "./json/fwupd.js";
import { jsonMmcli } from "./json/mmcli.js";
import { jsonReport } from "./json/report.js";
import { jsonRun } from "./json/run.js";
import { jsonTraffic } from "./json/traffic.js";
import { kernelLog } from "./host/kernel-log.js";
import { lsusb } from "./host/lsusb.js";
import { macosUsb } from "./host/macos-usb.js";
import { mbim } from "./host/mbim.js";
import { mmcliText } from "./host/mmcli-text.js";
import { modemManagerLog } from "./host/modem-manager-log.js";
import type { LineReader } from "./observation.js";
import { ownerAccount } from "./owner-account.js";
import { prometheus } from "./report/prometheus.js";
import { qdl } from "./flash/qdl.js";
import { qfirehose } from "./flash/qfirehose.js";
import { qmiTrace } from "./host/qmi-trace.js";
import { qmicli } from "./host/qmicli.js";
import { quectelCm } from "./host/quectel-cm.js";
import { reportLines } from "./report/lines.js";
import { shellAnswers } from "./at/shell-answers.js";
import { snmp } from "./report/snmp.js";
import { sqlInsert } from "./report/sql-insert.js";
import { sysfsFiles } from "./host/sysfs-files.js";
import { usbDevices } from "./host/usb-devices.js";
import { xmlReport } from "./report/xml-report.js";
import { udev } from "./host/udev.js";
import { usbTree } from "./host/usb-tree.js";
import { windowsDevices } from "./host/windows-devices.js";

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
