import type { Endpoint, ModuleBus, Port, UsbDevice } from "../core/bus.js";
import { modeOf, type UsbMode } from "../core/usb-mode.js";
import type { TrafficRecorder } from "../protocol/traffic/recorder.js";

/**
 * A bus that takes down what is said through it. It changes nothing: each transfer is passed on first or handed over as it
 * came, and a failure is the bus's own. Devices that are no module are left out.
 */
export function recordingBus(
  bus: ModuleBus,
  recorder: TrafficRecorder,
  modes: readonly UsbMode[],
): ModuleBus {
  return {
    virtual: bus.virtual,
    list: async () => {
      const devices = await bus.list();
      recorder.seen(modulesOf(devices, modes));
      return devices;
    },
    openPort: async (device, interfaceNumber) =>
      recordedPort(await bus.openPort(device, interfaceNumber), recorder, { device, interfaceNumber }),
    openEndpoint: async (device, interfaceNumber) =>
      recordedEndpoint(await bus.openEndpoint(device, interfaceNumber), recorder, {
        device,
        interfaceNumber,
      }),
  };
}

/** Those of a bus that are modules in any mode. */
export function modulesOf(devices: readonly UsbDevice[], modes: readonly UsbMode[]): UsbDevice[] {
  return devices.filter((device) => modeOf(device, modes) !== null);
}

type Way = Parameters<TrafficRecorder["closed"]>[0];

function recordedPort(port: Port, recorder: TrafficRecorder, way: Way): Port {
  return {
    path: port.path,
    write: async (bytes) => {
      recorder.transfer(way, "out", bytes);
      await port.write(bytes);
    },
    read: async (deadlineMs) => {
      const bytes = await port.read(deadlineMs);
      if (bytes !== null) recorder.transfer(way, "in", bytes);
      return bytes;
    },
    close: async () => {
      await port.close();
      recorder.closed(way);
    },
  };
}

function recordedEndpoint(endpoint: Endpoint, recorder: TrafficRecorder, way: Way): Endpoint {
  return {
    write: async (bytes, options) => {
      recorder.transfer(way, "out", bytes);
      await endpoint.write(bytes, options);
    },
    read: async (maxBytes, deadlineMs) => {
      const bytes = await endpoint.read(maxBytes, deadlineMs);
      recorder.transfer(way, "in", bytes);
      return bytes;
    },
    close: async () => {
      await endpoint.close();
      recorder.closed(way);
    },
  };
}
