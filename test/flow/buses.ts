import type { Endpoint, ModuleBus, Port, UsbDevice } from "../../src/core/bus.js";
import { EcflashError } from "../../src/core/errors.js";
import { latin1, toLatin1 } from "../../src/protocol/at/lines.js";

/** A bus that shows no DM port, as with `diag` off in `AT+QCFG="usbcfg"`. */
export function withoutDmPort(bus: ModuleBus): ModuleBus {
  const hide = (device: UsbDevice): UsbDevice =>
    device.interfaces.length < 2
      ? device
      : { ...device, interfaces: device.interfaces.filter(({ number }) => number !== 0) };
  return {
    virtual: bus.virtual,
    list: async () => (await bus.list()).map(hide),
    openPort: (device, number) => bus.openPort(device, number),
    openEndpoint: (device, number) => bus.openEndpoint(device, number),
  };
}

/** A bus on which what a port says passes through `change`. */
export function withAnswers(bus: ModuleBus, change: (text: string) => string): ModuleBus {
  return wrapped(bus, {
    port: (port) => ({
      path: port.path,
      write: (bytes) => port.write(bytes),
      read: async (deadlineMs) => {
        const bytes = await port.read(deadlineMs);
        return bytes === null ? null : toLatin1(change(latin1(bytes)));
      },
      close: () => port.close(),
    }),
  });
}

/** A bus that calls `see` with every message before it leaves for a module in EDL. */
export function withSpy(bus: ModuleBus, see: (bytes: Uint8Array) => Promise<void> | void): ModuleBus {
  return wrapped(bus, {
    endpoint: (endpoint) => ({
      write: async (bytes, options) => {
        await see(bytes);
        await endpoint.write(bytes, options);
      },
      read: (maxBytes, deadlineMs) => endpoint.read(maxBytes, deadlineMs),
      close: () => endpoint.close(),
    }),
  });
}

/** A bus that calls `see` with every message before it leaves for a serial port. */
export function withPortSpy(bus: ModuleBus, see: (bytes: Uint8Array) => Promise<void> | void): ModuleBus {
  return wrapped(bus, {
    port: (port) => ({
      path: port.path,
      write: async (bytes) => {
        await see(bytes);
        await port.write(bytes);
      },
      read: (deadlineMs) => port.read(deadlineMs),
      close: () => port.close(),
    }),
  });
}

/** A bus on which a module in EDL cannot be opened, for example for want of permission. */
export function withoutEndpoints(bus: ModuleBus): ModuleBus {
  return {
    virtual: bus.virtual,
    list: () => bus.list(),
    openPort: (device, number) => bus.openPort(device, number),
    openEndpoint: async ({ portPath }) => {
      throw new EcflashError("device-unavailable", { portPath, reason: "permission denied" });
    },
  };
}

function wrapped(
  bus: ModuleBus,
  around: { port?: (port: Port) => Port; endpoint?: (endpoint: Endpoint) => Endpoint },
): ModuleBus {
  return {
    virtual: bus.virtual,
    list: () => bus.list(),
    openPort: async (device, number) => {
      const port = await bus.openPort(device, number);
      return around.port?.(port) ?? port;
    },
    openEndpoint: async (device, number) => {
      const endpoint = await bus.openEndpoint(device, number);
      return around.endpoint?.(endpoint) ?? endpoint;
    },
  };
}
