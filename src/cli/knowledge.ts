import type { Facts } from "../core/facts.js";
import type { Policy } from "../core/policy.js";
import type { UsbMode } from "../core/usb-mode.js";
import { type Config, loadConfig } from "../manifest/config.js";
import { loadFacts, loadUsbModes } from "../manifest/load.js";
import { SHIPPED_MANIFESTS } from "../manifest/read.js";
import { readPolicy } from "../manifest/policy.js";
import { directories, type Environment } from "./environment.js";

export interface KnowledgeOptions {
  readonly config?: string | undefined;
  readonly policy?: string | undefined;
}

/** `ecflash.json`: the named one, which must be there, or the platform's. Throws `config-invalid`. */
export async function configOf(environment: Environment, { config }: KnowledgeOptions): Promise<Config> {
  const named = config ?? environment.variables["ECFLASH_CONFIG"];
  const { configPath } = await directories(environment, {});
  return loadConfig(named ?? configPath, { required: named !== undefined, asRoot: environment.isRoot });
}

/** What is known of modules: the shipped rows and those of the configured site. */
export async function factsOf({ manifests = [] }: Config): Promise<Facts> {
  return loadFacts(SHIPPED_MANIFESTS, manifests);
}

/** Which USB ids are whose: the shipped rows and those of the configured site. */
export async function modesOf({ manifests = [] }: Config): Promise<UsbMode[]> {
  return loadUsbModes(SHIPPED_MANIFESTS, manifests);
}

/** The policy of the command line, else of the configuration, else none. Throws `policy-invalid`. */
export async function policyOf(
  config: Config,
  { policy }: KnowledgeOptions,
  facts: Facts,
): Promise<Policy | undefined> {
  const path = policy ?? config.policy;
  return path === undefined ? undefined : readPolicy(path, facts);
}
