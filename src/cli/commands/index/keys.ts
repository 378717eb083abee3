import { EXIT } from "../../../core/exits.js";
import type { Environment } from "../../environment.js";
import { configOf, factsOf, type KnowledgeOptions } from "../../knowledge.js";
import { passwordOf, type PasswordOptions } from "../../password.js";

export interface KeygenOptions extends PasswordOptions {
  readonly out: string;
  /** False with `--no-password`. */
  readonly password: boolean;
}

export interface SignOptions extends PasswordOptions, KnowledgeOptions {
  readonly secretKey: string;
  readonly format: "text" | "json";
}

export async function keygen(environment: Environment, options: KeygenOptions): Promise<number> {
  const { makeKey } = await import("../../../flow/index/signing.js");
  const password = options.password
    ? await passwordOf(options, "Password of the new key", { twice: true })
    : null;
  const { publicKey } = await makeKey(options.out, password);
  const { keygenText } = await import("../../../ui/index-owner.js");
  environment.out.write(keygenText(options.out, publicKey));
  return EXIT.done;
}

export async function sign(environment: Environment, file: string, options: SignOptions): Promise<number> {
  const facts = await factsOf(await configOf(environment, options));
  const { readKeyFile, signIndex } = await import("../../../flow/index/signing.js");
  const { isEncrypted } = await import("../../../package/index/minisign-secret.js");
  const ui = await import("../../../ui/index-owner.js");
  const { secretKey } = options;
  const password = async () =>
    isEncrypted(secretKey, await readKeyFile(secretKey))
      ? passwordOf(options, `Password of ${secretKey}`, { twice: false })
      : null;
  const report = await signIndex(file, secretKey, { facts, now: environment.now(), password });
  environment.out.write(options.format === "json" ? ui.signJson(report) : ui.signText(report));
  return EXIT.done;
}
