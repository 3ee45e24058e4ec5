import type { CallSite } from '../model/site';
import type { ModelSpec } from '../model/spec';
import type { Range } from '../text/range';
import type { RuleFinding } from './rule';

/** What may be underlined in place of an argument that is not written, nearest first. */
const standIns: Readonly<Record<string, readonly string[]>> = {
  kernel_initializer: ['kernel_initializer', 'depthwise_initializer', 'activation'],
  recurrent_initializer: ['recurrent_initializer', 'kernel_initializer', 'activation'],
  learning_rate: ['learning_rate'],
};

/** Where a finding is underlined: its own range, the argument to blame, the layer's call, the compile call, or the model. */
export function locate(spec: ModelSpec, finding: RuleFinding): Range {
  if (finding.range) {
    return finding.range;
  }
  for (const id of finding.layers) {
    const site = spec.layers.find((layer) => layer.id === id)?.site;
    if (site) {
      return argumentRange(site, finding.argument) ?? site.range;
    }
  }
  const compile = spec.compile;
  if (compile) {
    const inOptimizer =
      finding.argument === 'learning_rate' && compile.optimizer.site
        ? argumentRange(compile.optimizer.site, 'learning_rate')
        : undefined;
    const inCompile = compile.site
      ? argumentRange(compile.site, finding.argument === 'learning_rate' ? 'optimizer' : finding.argument)
      : undefined;
    return (
      inOptimizer ??
      (finding.argument === 'learning_rate' ? compile.optimizer.site?.range : undefined) ??
      inCompile ??
      compile.site?.range ??
      spec.range
    );
  }
  return spec.range;
}

function argumentRange(site: CallSite, name: string | undefined): Range | undefined {
  for (const candidate of name === undefined ? [] : (standIns[name] ?? [name])) {
    const argument = site.arguments.find((a) => a.name === candidate);
    if (argument) {
      return argument.range;
    }
  }
  return undefined;
}
