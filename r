{
  "schema": 1,
  "command": "inspect",
  "version": "0.1.0",
  "outcome": "error",
  "exit_code": 64,
  "objections": [],
  "error": {
    "kind": "arguments",
    "message": "The report would replace r, which this command reads or writes; name another file.",
    "advice": null
  },
  "inputs": [],
  "outputs": [],
  "seconds": null,
  "seed": null,
  "findings": [],
  "notes": []
}
