import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { generateKeyPair } from "../../src/package/index/minisign.js";
import { LABEL, PATIENT_MS, TestHost } from "./binary.js";

const host = new TestHost();
/** Where nothing is plugged, whatever the machine has that runs these tests. */
const NOWHERE = "99-9.9";

describe.concurrent("the command line", { timeout: PATIENT_MS }, () => {
  it.each([["--version"], ["--help"], ["help"], ["check", "--help"], ["help", "flash"], ["sim", "--help"]])(
    "%s %s exits 0",
    async (...args) => {
      const { exit, stdout, stderr } = await host.run(args);
      expect(exit).toBe(0);
      expect(stderr).toBe("");
      expect(stdout).toMatch(args.includes("--version") ? /^\d+\.\d+\.\d+\n$/ : /^Usage: ecflash/);
    },
  );

  it("names every command in --help", async () => {
    const { stdout } = await host.run(["--help"]);
    for (const name of [
      ...["list", "check", "diagnose", "fetch", "flash", "recover", "connect"],
      ...["manifest", "sim", "demo", "completion"],
    ])
      expect(stdout).toMatch(new RegExp(`^ {2}${name} `, "m"));
  });

  it.each([
    [["chekc"], /unknown command 'chekc'\n\(Did you mean check\?\)/],
    [["check", "--lable", "x"], /unknown option '--lable'\n\(Did you mean --label\?\)/],
    [["check", "--from"], /option '--from <file\.\.\.>' argument missing/],
    [["flash", "--label"], /option '--label <code>' argument missing/],
    [["check", "--format", "xml"], /Allowed choices are text, json/],
    [["flash", "--connect", "maybe"], /Allowed choices are auto, require, skip/],
    [["demo", "healthy"], /too many arguments/],
    [["sim"], /Say which scenario, or --replay FILE: for example `ecflash sim healthy --pty`/],
    [["sim", "healthy"], /Say how to reach the modules: for example `ecflash sim healthy --pty`/],
    [["sim", "--pty"], /Say which scenario/],
    [["sim", "healthy", "--usbip", "3240"], /for example 127\.0\.0\.1:3240/],
    [["sim", "healthy", "--usbip", "0.0.0.0:0"], /USB\/IP has no password: --allow-remote/],
    [["sim", "healhty", "--pty"], /Known scenarios: /],
    [["sim", "power-cycle"], /missing required argument/],
    [[], /^Usage: ecflash/],
    [["completion", "tcsh"], /Allowed choices are bash, zsh, fish/],
    [["fetch"], /give --label, --variant, or a whole --release\. \[usage\]/],
    [["check", "--label", "EC25QQA-512-STD", "--sim", "healthy:label"], /\[label-unknown\]/],
    [["check", "--variant", "EC25-Q", "--sim", "healthy:variant"], /Known variants: EC25-A, /],
    [["list", "--sim", "wrong-varient"], /Known scenarios: .*wrong-variant/],
    [["list", "--sim", ""], /--sim has an empty value\. \[usage\]/],
  ] as const)("%j exits 2 and says what is wrong", async (args, says) => {
    const { exit, stdout, stderr } = await host.run([...args]);
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(stdout).toBe("");
    expect(exit).toBe(2);
  });
});

describe.concurrent("a host without the module", { timeout: PATIENT_MS }, () => {
  it.each(["list", "check", "flash", "recover", "connect"])(
    "%s exits 3 and says what to do",
    async (command) => {
      const { exit, stdout, stderr } = await host.run([command, "--port", NOWHERE]);
      expect(exit).toBe(3);
      const said = stdout + stderr;
      expect(said).toContain(`No module of the EC25 family was found (at port path ${NOWHERE}). [no-module]`);
      expect(said).toContain("- Check power and the USB cable; `lsusb` should show 2c7c:0125.");
      expect(said).toContain("- Try without hardware: `ecflash check --sim wrong-variant`.");
      expect(said).not.toMatch(/\n {4}at /);
      expect(said.match(/No module of the EC25 family/g)).toHaveLength(1);
    },
  );

  it.each([
    ["list", "json"],
    ["check", "json"],
    ["flash", "ndjson"],
  ])("%s --format %s says it in JSON", async (command, format) => {
    const { exit, stdout, stderr } = await host.run([command, "--port", NOWHERE, "--format", format]);
    expect(exit).toBe(3);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "")).toMatchObject({ exit: 3 });
  });

  it("fetch without an index exits 6 and says where one is named", async () => {
    const { exit, stdout } = await host.run(["fetch", "--label", LABEL]);
    expect(exit).toBe(6);
    expect(stdout).toContain("No firmware index is configured");
    expect(stdout).toContain("--index URL --key PUBLIC_KEY");
  });
});

describe.concurrent("the configuration", { timeout: PATIENT_MS }, () => {
  const written = (name: string, text: string) => {
    const path = join(host.directory, name);
    writeFileSync(path, text);
    return path;
  };

  it.each([
    ["an unknown key", '{ "idnex": {} }', /"?idnex"?/],
    ["no JSON", "{", /JSON/],
    ["a wrong type", '{ "stateDir": 1 }', /stateDir/],
  ])("%s exits 2, named by --config or ECFLASH_CONFIG", async (name, text, says) => {
    const path = written(`${name.replace(/ /g, "-")}.json`, text);
    const named = await host.run(["list", "--config", path]);
    const byVariable = await host.run(["list"], { env: { ECFLASH_CONFIG: path } });
    for (const { exit, stderr, stdout } of [named, byVariable]) {
      expect(exit).toBe(2);
      expect(stdout).toBe("");
      expect(stderr).toContain("[config-invalid]");
      expect(stderr).toContain(path);
      expect(stderr).toMatch(says);
    }
  });

  it("a file that was named and is not there exits 2", async () => {
    const { exit, stderr } = await host.run(["list", "--config", join(host.directory, "absent.json")]);
    expect(exit).toBe(2);
    expect(stderr).toContain("[config-invalid]");
  });

  it("is used: the index it names is asked for", async () => {
    const index = { url: join(host.directory, "no-index.json"), publicKeys: [generateKeyPair().publicKey] };
    const path = written("good.json", JSON.stringify({ index }));
    const { exit, stdout } = await host.run(["fetch", "--label", LABEL, "--config", path]);
    expect(exit).toBe(6);
    expect(stdout).toContain(`The firmware index at ${index.url} cannot be fetched`);
  });
});
