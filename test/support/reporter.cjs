// Mocha's spec reporter, which also writes { passed, failed } into the file that TEST_REPORT names.
const fs = require('fs');
const { reporters } = require('mocha');

module.exports = class extends reporters.Dot {
  constructor(runner, options) {
    super(runner, options);
    runner.once('end', () => {
      const { passes: passed, failures: failed } = this.stats;
      fs.writeFileSync(process.env.TEST_REPORT, JSON.stringify({ passed, failed }));
    });
  }
};
