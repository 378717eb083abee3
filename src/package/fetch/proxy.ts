import type { Agents } from "got";
import { shownSource } from "./shown-source.js";

/** Addresses of proxies as the environment names them, and for which hosts there is none. */
export interface ProxySettings {
  readonly https: string | null;
  readonly http: string | null;
  readonly none: string;
}

/** What curl reads (curl(1), ENVIRONMENT), in either case; the lower case wins. */
export function proxySettings(variables: Readonly<Record<string, string | undefined>>): ProxySettings {
  const read = (...names: string[]) =>
    names
      .flatMap((name) => [variables[name.toLowerCase()], variables[name]])
      .find((value) => (value ?? "") !== "") ?? null;
  return {
    https: read("HTTPS_PROXY", "ALL_PROXY"),
    http: read("HTTP_PROXY", "ALL_PROXY"),
    none: read("NO_PROXY") ?? "",
  };
}

/** The proxy for an address; null for this host itself, and for what NO_PROXY names. */
export function proxyFor(url: URL, settings: ProxySettings): string | null {
  const host = url.hostname.replace(/^\[|\]$/g, "").toLowerCase();
  if (host === "localhost" || host.endsWith(".localhost") || host === "::1" || /^127(?:\.\d+){3}$/.test(host))
    return null;
  const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
  const isNamed = settings.none
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((word) => word !== "")
    .some((word) => {
      const [, name = "", onlyPort] =
        /^\[?(.*?)\]?(?::(\d+))?$/.exec(word.includes("::") ? `[${word}]` : word) ?? [];
      if (onlyPort !== undefined && onlyPort !== port) return false;
      const plain = name.replace(/^\*?\.(?=.)/, "");
      return plain === "*" || host === plain || host.endsWith(`.${plain}`);
    });
  if (isNamed) return null;
  return url.protocol === "https:" ? settings.https : settings.http;
}

/** `, asked through the proxy ...` where an address is; empty where it is asked itself. Without a password. */
export function throughProxy(url: URL, settings: ProxySettings | undefined): string {
  const proxy = settings === undefined ? null : proxyFor(url, settings);
  return proxy === null ? "" : `, asked through the proxy ${shownSource(addressOf(proxy))}`;
}

function addressOf(proxy: string): string {
  return proxy.includes("://") ? proxy : `http://${proxy}`;
}

/**
 * The agents for a request, by the proxy of its address: https through CONNECT, http as a whole address, which is what
 * proxies allow. Undefined where there is no proxy. Throws TypeError when the proxy is no address of HTTP.
 */
export async function proxyAgents(
  url: URL,
  settings: ProxySettings | undefined,
): Promise<Agents | undefined> {
  const proxy = settings === undefined ? null : proxyFor(url, settings);
  if (proxy === null) return undefined;
  const address = addressOf(proxy);
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol))
    throw Object.assign(new TypeError("the proxy that the environment names is no address of HTTP"), {
      code: "ERR_NO_PROXY_ADDRESS",
    });
  if (url.protocol === "https:") {
    const { HttpsProxyAgent } = await import("https-proxy-agent");
    // It is an Agent by node's contract (agent-base), not by its class.
    return { https: new HttpsProxyAgent(address) as unknown as NonNullable<Agents["https"]> };
  }
  return { http: new (await import("http-proxy-agent")).HttpProxyAgent(address) };
}
