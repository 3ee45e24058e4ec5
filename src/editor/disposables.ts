import type * as vscode from 'vscode';

/** Owns what has to be disposed; everything goes at once, in reverse order. */
export class DisposableStore implements vscode.Disposable {
  private readonly items: vscode.Disposable[] = [];

  add<T extends vscode.Disposable>(item: T): T {
    this.items.push(item);
    return item;
  }

  dispose(): void {
    for (let item = this.items.pop(); item; item = this.items.pop()) {
      item.dispose();
    }
  }
}
