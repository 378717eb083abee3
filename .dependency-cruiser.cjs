/** The house of src/: arrows point down, siblings never import each other, no cycles. */
const layers = {
  core: [],
  protocol: ["core"],
  device: ["protocol", "core"],
  package: ["protocol", "core"],
  flasher: ["protocol", "core"],
  manifest: ["protocol", "core"],
  sim: ["protocol", "core"],
  flow: ["device", "package", "flasher", "manifest", "sim", "protocol", "core"],
  ui: ["core"],
  cli: ["flow", "ui", "device", "package", "flasher", "manifest", "sim", "protocol", "core"],
};

const downwardsOnly = Object.entries(layers).map(([room, below]) => ({
  name: `${room}-looks-only-down`,
  severity: "error",
  from: { path: `^src/${room}/` },
  to: { path: "^src/", pathNot: [room, ...below].map((name) => `^src/${name}/`) },
}));

module.exports = {
  forbidden: [
    ...downwardsOnly,
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "core-imports-nothing",
      severity: "error",
      from: { path: "^src/core/" },
      to: { pathNot: "^src/core/" },
    },
    {
      name: "src-never-imports-tests",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^(test|fixtures)/" },
    },
    { name: "resolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      conditionNames: ["import", "require", "node", "default", "types"],
      exportsFields: ["exports"],
      extensions: [".ts", ".js", ".json"],
    },
  },
};
