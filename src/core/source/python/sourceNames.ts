import type { ImportSite, SourceNames } from '../../model/site';
import type { Interpreter } from './interpreter';
import { ClassReference } from './keras/classReference';
import { canonicalKerasName } from './keras/kerasModule';
import { type Program, type SyntaxNode, field, fields } from './syntax';

/** The names of Keras and its neighbours that the module binds, and where it imports them. */
export function readNames(
  program: Program,
  vm: Interpreter,
  assumed: ReadonlyMap<string, string>,
): SourceNames {
  const imports: ImportSite[] = [];
  const bound: Record<string, string> = {};
  const visit = (node: SyntaxNode, depth: number): void => {
    for (const statement of node.children) {
      if (statement.type === 'import_from_statement') {
        const site = fromImport(statement, program);
        imports.push(site);
        const module = canonicalKerasName(site.module) ?? site.module;
        for (const { name, alias } of site.names) {
          if (name !== '*') {
            bound[alias ?? name] = canonicalKerasName(`${site.module}.${name}`) ?? `${module}.${name}`;
          }
        }
      } else if (statement.type === 'import_statement') {
        const site = plainImport(statement, program);
        imports.push(site);
        for (const { name, alias } of site.names) {
          const top = name.split('.')[0] ?? name;
          bound[alias ?? top] = alias ? (canonicalKerasName(name) ?? name) : top;
        }
      } else if (
        depth < 2 &&
        (statement.type === 'try_statement' ||
          statement.type === 'block' ||
          statement.type === 'if_statement')
      ) {
        visit(statement, depth + 1);
      }
    }
  };
  program.cells.forEach(({ tree }) => visit(tree, 0));
  // `L = tf.keras.layers`, `Dense = layers.Dense`, names of star imports
  for (const [name, value] of vm.globals.names) {
    if (bound[name] === undefined) {
      if (value.kind === 'module') {
        bound[name] = value.name;
      } else if (value instanceof ClassReference) {
        const className = value.className;
        if (value.at === undefined) {
          bound[name] = `${value.kindOfClass === 'layer' ? 'keras.layers' : 'keras'}.${className}`;
        }
      }
    }
  }
  for (const [name, meaning] of assumed) {
    bound[name] ??= meaning;
  }
  return { bound, imports };
}

function fromImport(statement: SyntaxNode, program: Program): ImportSite {
  const module = field(statement, 'module_name');
  const star = statement.children.find((child) => child.type === 'wildcard_import');
  return {
    module: module ? program.text(module) : '',
    statement: program.range(statement),
    names: star
      ? [{ name: '*', alias: null, range: program.range(star) }]
      : fields(statement, 'name').map((child) => importedName(child, program)),
  };
}

function plainImport(statement: SyntaxNode, program: Program): ImportSite {
  return {
    module: '',
    statement: program.range(statement),
    names: fields(statement, 'name').map((child) => importedName(child, program)),
  };
}

function importedName(child: SyntaxNode, program: Program): ImportSite['names'][number] {
  const alias = field(child, 'alias');
  return {
    name: program.text(field(child, 'name') ?? child),
    alias: alias ? program.text(alias) : null,
    range: program.range(child),
  };
}
