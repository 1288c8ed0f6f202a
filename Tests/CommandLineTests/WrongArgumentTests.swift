import Fixtures
import Testing

/// Wrong command lines, as people type them: what is wrong, and what to type instead.
@Suite struct WrongArgumentTests {
  struct Line: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    let answer: String

    init(_ line: String, _ answer: String) {
      arguments = line.split(separator: " ").map(String.init).map {
        $0.replacing("MODEL", with: Fixtures.fixture("keras3", "pattern_resnet_block").path)
      }
      self.answer = answer
    }

    var testDescription: String { arguments.joined(separator: " ") }
  }

  private static let lines = [
    Line("flod in.h5", "There is no command flod. Did you mean fold?"),
    Line("verfy a.h5 b.h5", "Did you mean verify?"),
    Line("help flod", "There is no command flod. Did you mean fold?"),
    Line("help nonsense", "There is no command nonsense. There are: fold, verify,"),
    Line("model.h5", "model.h5 is not a command; say what to do with it, such as: bnfold inspect model.h5"),
    Line("fold in.h5 --ouput out.h5", "Unknown option '--ouput'. Did you mean '--output'?"),
    Line("fold in.h5 -o out.h5 --forse", "Unknown option '--forse'. Did you mean '--force'?"),
    Line("verify a.h5 b.h5 --acept exact", "Unknown option '--acept'. Did you mean '--accept'?"),
    Line("fold", "Missing expected argument '<model> ...'"),
    Line("fold a.h5 b.h5 -o c.h5", "with several models, use --output-folder FOLDER"),
    Line("fold a.h5 a.h5 x/a.h5 --output-folder out", "a.h5 and x/a.h5 would both be written to out/a.h5."),
    Line("fold a.h5 -o b.h5 --output-folder out", "-o, --output-folder and --in-place exclude each other."),
    Line("fold a.h5 b.h5 --plan p.yaml", "--plan and --architecture are for one model: give one at a time."),
    Line("fold 'none*.h5'", "No file has a name like 'none*.h5'."),
    Line("fold a.h5 --fail-on code:zero-gamma", "fold does not look for zero-gamma: ask lint."),
    Line("lint a.h5 --fail-on code:activation", "lint does not look for activation: ask fold or inspect."),
    Line("verify a.h5 b.h5 --fail-on code:activation", "verify does not look for activation"),
    Line(
      "fold a.h5 --skip-check --fail-on code:non-finite-weights", "fold does not look for non-finite-weights"),
    Line("fold a.h5 --skip-check --accept exact", "--skip-check and --accept exclude each other."),
    Line(
      "fold a.h5 --in-place --certificate c.json", "--in-place leaves but one: write to another file with -o."
    ),
    Line("fold a.h5 --max-difference inf", "--max-difference is a finite number, 0 or more, such as 1e-5."),
    Line("lint a.h5 --fail-on kept", "--fail-on kept goes with fold and inspect: lint does not ask"),
    Line("inspect a.h5 b.h5 --graph g.svg", "are for one model: give one at a time."),
    Line("inspect a.h5 --report jsn", "There is no report format jsn. Did you mean json?"),
    Line("inspect a.h5 --report json=", "say --report json=FILE, or --report json."),
    Line("inspect a.h5 --json --report text", "json and text cannot both be printed; write one to a file"),
    Line("inspect a.h5 -q --all", "--quiet prints the verdict alone: it goes without --all and --only."),
    Line("inspect a.h5 --color blue", "Please provide one of 'auto', 'always' or 'never'."),
    Line("inspect a.h5 --only keppt", "Please provide one of 'folded' and 'kept'."),
    Line("calibrate a.h5 --data d.npy", "Say where to write: -o OUTPUT, or --in-place"),
    Line("plan a.safetensors --json", "Without -o, the plan itself is printed"),
    Line("verify a.h5", "Say which models: bnfold verify ORIGINAL FOLDED"),
    Line("fold a.h5 --seed x", "The value 'x' is invalid for '--seed <seed>'"),
    Line("fold in.h5 -o out.h5 --rules dens", "There is no rule dens for --rules. Did you mean dense?"),
    Line("fold in.h5 -o out.h5 --rules dense,sume", "There is no rule sume for --rules. Did you mean sum?"),
    Line("inspect in.h5 --rules direkt", "Did you mean direct?"),
    Line("inspect in.h5 --limits fil=3", "There is no limit fil. Did you mean file?"),
    Line("inspect in.h5 --limits file=3Q", "A limit is a positive number, which may end in K, M or G."),
    Line("inspect in.h5 --limits file", "file is not a limit: say NAME=VALUE, such as file=2G."),
    Line("explain MODEL bn-1", "there is no batch normalization with the name bn-1; did you mean bn_1?"),
    Line("explain MODEL nonsense", "there is no batch normalization with the name nonsense; bnfold inspect"),
    Line("inspect MODEL --skip BN_1", "did you mean bn_1?"),
    Line("convert a.h5 b.txt", "say it with --to (h5, keras, weights, named-weights, safetensors, onnx)"),
    Line("convert a.h5 b.keras --to kers", "Please provide one of the following"),
    Line("inspect MODEL --report json=MODEL", "The report would replace"),
    Line("verify MODEL b.h5 --certificate MODEL --force", "The certificate would replace"),
    Line(
      "inspect a.h5 --write-baseline a.h5", "The baseline would replace a.h5, which this command reads or"),
    Line("fold a.h5 -o /proc/b.h5 --report json=/proc/b.h5", "The report would replace /proc/b.h5"),
    Line("inspect a.h5 --report json=/proc/r --report text=/proc/r", "The report would replace /proc/r"),
    Line("plan MODEL -o MODEL --force", "The plan is the file with the weights; name another file."),
    Line("verify a.h5 b.h5 c.h5", "Unexpected argument 'c.h5'"),
    Line("fold a.h5 -o b.h5 -o c.h5", "--output is given twice."),
    Line("fold - -o b.h5", "- means a stream"),
    Line("inspect -x.h5", "There is no option -x.h5; if it is a file, write ./-x.h5."),
    Line("fold -qx a.h5", "There is no option -qx;"),
  ]

  @Test(arguments: lines)
  private func `A wrong command line is answered by what to type`(line: Line) throws {
    let outcome = try Binary.run(line.arguments)
    #expect(outcome.code == 64)
    #expect(outcome.output.isEmpty != line.arguments.contains("--json"), "an error is an object, too")
    #expect(outcome.errors.hasPrefix("bnfold: "))
    #expect(outcome.errors.contains(line.answer), "\(outcome.errors)")
  }

  @Test(arguments: ["-V", "--version"]) func `The version in short and in long`(option: String) throws {
    let outcome = try Binary.run([option])
    #expect(outcome.code == 0 && outcome.output.prefixMatch(of: #/\d+\.\d+\.\d+\n/#) != nil)
  }
}
