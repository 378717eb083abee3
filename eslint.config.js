import tseslint from "typescript-eslint";

const coreIsPure = {
  files: ["src/core/**/*.ts"],
  rules: {
    "no-restricted-imports": ["error", { patterns: ["node:*"] }],
    "no-restricted-globals": [
      "error",
      ...["process", "Buffer", "console", "setTimeout", "setInterval", "setImmediate", "Date", "fetch"].map(
        (name) => ({
          name,
          message: "core is pure: no clock, no files, no printing, no node.",
        }),
      ),
    ],
  },
};

const onlyUiPrints = {
  files: ["src/**/*.ts"],
  ignores: ["src/ui/**", "src/cli/**"],
  rules: {
    "no-console": "error",
    "no-restricted-properties": ["error", { object: "process", property: "stdout" }],
  },
};

const onlyCliExits = {
  files: ["src/**/*.ts"],
  ignores: ["src/cli/**"],
  rules: {
    "no-restricted-syntax": [
      "error",
      {
        selector: "MemberExpression[object.name='process'][property.name=/^(exit|exitCode|on|argv|env)$/]",
        message: "only cli touches process.",
      },
    ],
  },
};

export default tseslint.config(
  {
    ignores: [
      "dist",
      "node_modules",
      "fixtures",
      "*.cjs",
      "bin",
      "eslint.config.js",
      "test/bench",
      "test/package/fetch-child.js",
      "test/fuzz",
      "test/guest/**/*.js",
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  { languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } } },
  {
    rules: {
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/no-unnecessary-condition": ["error", { allowConstantLoopConditions: true }],
      "@typescript-eslint/unified-signatures": "off",
      "no-restricted-syntax": "off",
    },
  },
  coreIsPure,
  onlyUiPrints,
  onlyCliExits,
);
