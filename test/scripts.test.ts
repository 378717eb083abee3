import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const here = fileURLToPath(new URL(".", import.meta.url));

/** What the plain scripts beside the tests take from the built program; nothing checks their types. */
const imports = readdirSync(here, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".js"))
  .flatMap((name) => {
    const text = readFileSync(join(here, name), "utf8");
    return [...text.matchAll(/import \{([^}]+)\} from "([^"]*\bdist\/[^"]+)"/g)].map(
      ([, names = "", from = ""]) => ({
        name,
        // The lines that the guest runs are given to Node at the top of the repository.
        module: from.startsWith("./dist/") ? resolve(here, "..", from) : resolve(here, name, "..", from),
        names: names
          .split(",")
          .map((one) => one.trim())
          .filter((one) => one !== ""),
      }),
    );
  });

it("the scripts of fuzz, bench and guest take nothing that is not there", async () => {
  expect(imports.length).toBeGreaterThan(20);
  for (const { name, module, names } of imports) {
    const exported = Object.keys((await import(module)) as object);
    expect({ name, module, missing: names.filter((one) => !exported.includes(one)) }).toMatchObject({
      missing: [],
    });
  }
});
