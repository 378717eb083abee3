/** A process that fetches one package as `ecflash fetch` does, and says how it went. Runs what `npm run build` made. */
import { isEcflashError } from "../../dist/core/errors.js";
import { systemClock } from "../../dist/device/clock.js";
import { obtainPackage } from "../../dist/package/fetch/obtain.js";
import { proxySettings } from "../../dist/package/fetch/proxy.js";

const { archive, sources, cacheDir } = JSON.parse(process.argv[2] ?? "");
try {
  const { fromCache } = await obtainPackage(archive, {
    sources,
    cacheDir,
    clock: systemClock,
    proxy: proxySettings(process.env),
    now: new Date(),
    onWait: () => console.log("waits"),
  });
  console.log(fromCache ? "from cache" : "fetched");
} catch (error) {
  if (!isEcflashError(error)) throw error;
  console.log(JSON.stringify({ code: error.code, facts: error.facts }));
  process.exitCode = error.exit;
}
