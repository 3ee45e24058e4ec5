import type { EngineName, Note } from '../../core/report/report';
import { HumanError } from '../../core/humanError';
import { loadCpuEngine } from './cpuEngine';
import type { Engine } from './engine';
import { loadNativeEngine } from './nativeEngine';
import { loadWasmEngine } from './wasmEngine';
import * as tf from './tf';

const loaders: Readonly<Record<EngineName, (nativePath: string | null) => Promise<Engine>>> = {
  wasm: loadWasmEngine,
  tensorflow: loadNativeEngine,
  cpu: loadCpuEngine,
};
const loaded = new Map<EngineName, Promise<Engine>>();

/** Loads an engine once; the backend of the last one asked for is the current one. `nativePath`: a folder whose node_modules hold tfjs-node. */
export async function loadEngine(name: EngineName, nativePath: string | null = null): Promise<Engine> {
  // no banners and warnings about kernels on standard output
  tf.env().set('PROD', true);
  let engine = loaded.get(name);
  if (engine === undefined) {
    engine = loaders[name](nativePath);
    loaded.set(name, engine);
    engine.catch(() => loaded.delete(name));
  }
  const made = await engine;
  await tf.setBackend(name);
  return made;
}

/** The engine that was asked for; a native engine that cannot be loaded is replaced by the shipped one, and a note says why. */
export async function chooseEngine(
  wanted: EngineName | 'auto',
  nativePath: string | null = null,
): Promise<{ engine: Engine; notes: readonly Note[] }> {
  if (wanted === 'auto' || wanted === 'wasm') {
    return { engine: await loadEngine('wasm'), notes: [] };
  }
  if (wanted === 'cpu') {
    return { engine: await loadEngine('cpu'), notes: [] };
  }
  try {
    return { engine: await loadEngine(wanted, nativePath), notes: [] };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      engine: await loadEngine('wasm'),
      notes: [{ id: 'engine', text: `${reason} The probe ran on the WebAssembly engine instead.` }],
    };
  }
}

/** Which engines can be loaded here, and why not the others. */
export async function listEngines(): Promise<
  { name: EngineName; version: string | null; reason: string | null }[]
> {
  const list: { name: EngineName; version: string | null; reason: string | null }[] = [];
  for (const name of ['tensorflow', 'wasm', 'cpu'] as const) {
    try {
      list.push({ name, version: (await loadEngine(name)).version, reason: null });
    } catch (error) {
      list.push({ name, version: null, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  if (list.every(({ version }) => version === null)) {
    throw new HumanError('No engine can be loaded here. Install the extension again.');
  }
  return list;
}
