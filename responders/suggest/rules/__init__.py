"""Rules that a reply draft is read by, one module a family. Each is a pure function of the draft."""
