import type { Interpreter } from './interpreter';
import type { Scope } from './scope';
import { join } from './siblings';
import { type SyntaxNode, field, fields } from './syntax';
import { type Value, unknown } from './values';

/** `import a.b as c, d` */
export function importModules(node: SyntaxNode, scope: Scope, vm: Interpreter): void {
  for (const child of fields(node, 'name')) {
    const alias = field(child, 'alias');
    const dotted = vm.program.text(field(child, 'name') ?? child);
    const top = dotted.split('.')[0] ?? dotted;
    if (alias) {
      scope.set(vm.program.text(alias), moduleOf(dotted, child, vm));
    } else {
      const folder = vm.host.module(top) ? undefined : vm.siblings.folder(top, dotted, child);
      scope.set(top, folder ?? moduleOf(top, child, vm));
    }
  }
}

/** `from a.b import c as d, e` and `from a import *` */
export function importFrom(node: SyntaxNode, scope: Scope, vm: Interpreter): void {
  const moduleNode = field(node, 'module_name');
  const moduleName = moduleNode ? vm.program.text(moduleNode) : '';
  const module = moduleOf(moduleName, moduleNode ?? node, vm);
  if (node.children.some((child) => child.type === 'wildcard_import')) {
    const names = module.kind === 'module' ? module.members.names() : null;
    if (module.kind !== 'module' || !names) {
      vm.foreignStars.push(moduleName);
      return;
    }
    for (const name of names) {
      const value = module.members.get(name);
      if (value) {
        scope.set(name, value);
      }
    }
    return;
  }
  for (const child of fields(node, 'name')) {
    const name = vm.program.text(field(child, 'name') ?? child);
    const alias = field(child, 'alias');
    scope.set(alias ? vm.program.text(alias) : name, memberOf(module, moduleName, name, child, vm));
  }
}

function moduleOf(name: string, node: SyntaxNode, vm: Interpreter): Value {
  return vm.host.module(name) ?? vm.siblings.module(name, node) ?? unknown(`the module \`${name}\``, node);
}

function memberOf(module: Value, moduleName: string, name: string, node: SyntaxNode, vm: Interpreter): Value {
  const member = module.kind === 'module' ? module.members.get(name) : undefined;
  return (
    member ??
    // Modules are written in lower case; `from keras.models import Input` names no module.
    (/^[a-z]/.test(name) ? vm.host.module(`${moduleName}.${name}`) : undefined) ??
    (module.kind === 'module' ? undefined : vm.siblings.module(join(moduleName, name), node)) ??
    unknown(`\`${name}\` of the module \`${moduleName}\``, node)
  );
}
