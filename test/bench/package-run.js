/** One process: proves, unpacks and lints a package, and prints its plan hash. Runs what `npm run build` made. */
import { loadFacts } from "../../dist/manifest/load.js";
import { openPackage } from "../../dist/package/proof/open-package.js";
import { unpackArchive } from "../../dist/package/archive/unpack.js";

const [path, target, sha256] = process.argv.slice(2);
const { root, files } = await unpackArchive(path, target, { sha256 });
console.log((await openPackage(root, { facts: await loadFacts(), known: files })).planHash);
