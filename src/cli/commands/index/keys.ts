import type { Environment } from "../../environment.js";
import { configOf, factsOf, type KnowledgeOptions } from "../../knowledge.js";
import { passwordOf, type PasswordOptions } from "../../password.js";
import { told } from "./owner.js";

export interface KeygenOptions extends PasswordOptions {
  readonly out: string;
  /** False with `--no-password`. */
  readonly password: boolean;
}

export interface SignOptions extends PasswordOptions, KnowledgeOptions {
  readonly secretKey: string;
}

export async function keygen(environment: Environment, options: KeygenOptions): Promise<number> {
  const { makeKey } = await import("../../../flow/index-owner.js");
  const password = options.password
    ? await passwordOf(options, "Password of the new key", { twice: true })
    : null;
  const { publicKey } = await makeKey(options.out, password);
  return told(
    environment,
    `${options.out}.key: the secret key; keep it away from the server that hands out the index.`,
    `${options.out}.pub: the public key, for ecflash.json:`,
    publicKey,
  );
}

export async function sign(environment: Environment, file: string, options: SignOptions): Promise<number> {
  const facts = await factsOf(await configOf(environment, options));
  const { readKeyFile, signIndex } = await import("../../../flow/index-owner.js");
  const { isEncrypted } = await import("../../../package/minisign-secret.js");
  const { secretKey } = options;
  const { signaturePath, isListed } = await signIndex(file, secretKey, facts, async () =>
    isEncrypted(secretKey, await readKeyFile(secretKey))
      ? passwordOf(options, `Password of ${secretKey}`, { twice: false })
      : null,
  );
  const note = isListed
    ? []
    : ["This key is not among those of the index: it counts only where it was in force before."];
  return told(environment, `${signaturePath} written.`, ...note);
}
