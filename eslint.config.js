import js from "@eslint/js";
import prettier from "eslint-config-prettier";
import jsdoc from "eslint-plugin-jsdoc";
import tseslint from "typescript-eslint";

/** File names say what the file is: kebab-case, the name of the one thing that it exports. */
const kebabCase = {
  meta: { type: "problem", schema: [] },
  create: (context) => ({
    Program: (node) => {
      const file = context.filename.split("/").at(-1);
      if (
        !/^[a-z0-9]+(-[a-z0-9]+)*((\.proof)?\.test|\.config|\.shared)?(\.d)?\.[cm]?[jt]s$/.test(
          file,
        )
      ) {
        context.report({ node, message: `"${file}" is not kebab-case.` });
      }
    },
  }),
};

const restricted = [
  {
    selector: "ExportAllDeclaration[exported=null]:not([source.value=/\\/parts\\.js$/])",
    message: "Name what is exported; only generated lists are exported whole.",
  },
  { selector: "TSEnumDeclaration", message: "Use a union of literals." },
  {
    selector: "ClassDeclaration[superClass][superClass.name!='Error']",
    message: "No inheritance but from Error.",
  },
];
const noDefault = {
  selector: "ExportDefaultDeclaration",
  message: "Export by name; only config files have a default export.",
};
const published = {
  group: [
    "@unequal/*/*",
    "!@unequal/core/testing",
    "!@unequal/setup-tensorflow/node-util-shim",
    "!@unequal/setup-tensorflow/programs",
    "!@unequal/wasm-training/sequence-probe",
  ],
  message: "Use the published entries: what we need, third parties need.",
};
const tensorflow = {
  group: ["@tensorflow/*"],
  message: "Tensors stay in backends; meet them by a structural type.",
};
const container = {
  group: ["tsyringe", "reflect-metadata"],
  message: "The container lives in the composition root alone.",
};
const imports = (...patterns) => ["error", { patterns }];

export default tseslint.config(
  {
    ignores: [
      "**/dist/",
      "**/node_modules/",
      "**/.turbo/",
      "examples/",
      "tools/",
      "**/*.config.js",
      "packages/*/bin/",
      // AssemblyScript and its build: another language
      "packages/wasm-training/simd/",
      "packages/wasm-training/src/engine/simd-binary.ts",
    ],
  },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  jsdoc.configs["flat/recommended-typescript-error"],
  {
    languageOptions: { parserOptions: { projectService: true } },
    plugins: { unequal: { rules: { "kebab-case": kebabCase } } },
    rules: {
      "unequal/kebab-case": "error",
      eqeqeq: "error",
      "max-lines": ["error", 250],
      "max-lines-per-function": ["error", { max: 40, skipBlankLines: true, skipComments: true }],
      "max-params": ["error", 3],
      "no-restricted-syntax": ["error", ...restricted, noDefault],
      "no-restricted-properties": [
        "error",
        { object: "Math", property: "random", message: "Draw from a Random." },
        { object: "Date", property: "now", message: "Ask a Clock." },
      ],
      "no-restricted-imports": imports(published, container),
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/method-signature-style": "error",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-invalid-void-type": "off",
      "@typescript-eslint/no-unnecessary-type-parameters": "off",
      "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
      "@typescript-eslint/no-unsafe-enum-assignment": "off",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_" },
      ],
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true, allowNullish: true },
      ],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/unified-signatures": "off",
      "jsdoc/require-jsdoc": [
        "error",
        {
          publicOnly: true,
          require: {
            ArrowFunctionExpression: false,
            ClassDeclaration: true,
            FunctionDeclaration: true,
          },
          contexts: [
            "ExportNamedDeclaration > VariableDeclaration",
            "TSInterfaceDeclaration",
            "TSTypeAliasDeclaration",
          ],
          checkConstructors: false,
          checkGetters: false,
        },
      ],
      "jsdoc/require-description": "off",
      "jsdoc/require-param": "off",
      "jsdoc/check-param-names": "off",
      "jsdoc/require-returns": "off",
      "jsdoc/require-throws-type": "off",
      "jsdoc/require-yields": "off",
      "jsdoc/check-tag-names": ["error", { definedTags: ["internal"] }],
      "jsdoc/tag-lines": "off",
      "jsdoc/check-indentation": "off",
      "jsdoc/escape-inline-tags": "off",
    },
  },
  {
    files: ["packages/core/src/**", "packages/samplers/src/**", "packages/datasets/src/**"],
    ignores: ["**/*.test.ts"],
    rules: { "no-restricted-imports": imports(published, container, tensorflow) },
  },
  {
    files: ["packages/core/src/training/composition.ts", "packages/core/src/training/reflect.ts"],
    rules: { "no-restricted-imports": imports(published, tensorflow) },
  },
  {
    files: ["packages/backends/src/models/seeded-noise.ts"],
    rules: { "no-restricted-properties": "off" },
  },
  {
    files: [
      "**/*.test.ts",
      "test/**",
      "bench/**",
      "packages/core/src/testing/**",
      "packages/*/testing/**",
    ],
    rules: {
      "max-lines": ["error", 400],
      "max-lines-per-function": "off",
      "max-params": "off",
      "no-restricted-properties": "off",
      "jsdoc/require-jsdoc": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-deprecated": "off",
    },
  },
  {
    files: ["**/*.config.ts"],
    rules: { "no-restricted-syntax": ["error", ...restricted] },
  },
  prettier,
);
