/** The package types only its `spawn`; the door to its native part is a file of its own (`requireBinary.js`, 1.1.0). */
declare module "@lydell/node-pty/requireBinary.js" {
  export function requireBinary(file: "pty.node"): {
    /** openpty(3): both descriptors do not block. */
    open(columns: number, rows: number): { master: number; slave: number; pty: string };
  };
}
