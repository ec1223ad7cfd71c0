/*
 * build: bundles the entry points into assets/NAME-HASH.EXT and lists them in assets/manifest, one
 * "NAME /assets/NAME-HASH.EXT" a line, for {{asset NAME}} in the views. The hash is that of the
 * content, so browsers may cache an asset for ever. The manifest is written last and in one step:
 * every file that it names exists. The error pages that lighttpd sends by itself are copied to
 * assets/errors with the style sheet's address and, at the beginning of their body, header.html.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { build } from "esbuild";

const out = "assets";
const scripts = ["theme", "app", "player", "upload", "studio", "passkey"];

const { metafile } = await build({
  entryPoints: ["css/site.css", ...scripts.map((name) => `js/${name}.js`)],
  outdir: out,
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  publicPath: "/assets",
  loader: { ".worker.js": "file", ".svg": "dataurl" }, // importing a worker returns its address
  bundle: true,
  minify: true,
  metafile: true,
  format: "iife",
  target: ["chrome123", "firefox121", "safari17.5"], // the first with light-dark()
});

const written = Object.keys(metafile.outputs).map((path) => basename(path));
const manifest = Object.entries(metafile.outputs)
  .filter(([, output]) => output.entryPoint)
  .map(([path, output]) => `${basename(output.entryPoint)} /assets/${basename(path)}\n`)
  .sort();

const header = await readFile("header.html", "utf8");
const style = manifest.find((line) => line.startsWith("site.css ")).trim().split(" ")[1];

await mkdir(`${out}/errors`, { recursive: true });
for (const name of await readdir("errors")) {
  const page = await readFile(`errors/${name}`, "utf8");
  await writeFile(`${out}/errors/${name}`, page
    .replace('href="site.css"', `href="${style}"`)
    .replace("<body>\n", `<body>\n${header}`)
    .replace("<main>", '<main id="main">'));
}
await writeFile(`${out}/manifest.new`, manifest.join(""));
await rename(`${out}/manifest.new`, `${out}/manifest`);

for (const name of await readdir(out))
  if (!["manifest", "errors"].includes(name) && !written.includes(name)) await rm(`${out}/${name}`);
