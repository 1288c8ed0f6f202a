/// Batch normalizations of one model that have different epsilons.
///
/// Where each epsilon has a contiguous part of the model, as a head has on a backbone, that is how it was built. Where they
/// alternate, a conversion has probably lost some: Keras makes 1e-3 where nothing is said, PyTorch 1e-5.
struct DifferingEpsilons: DiagnosisRule {
  func symptoms(in model: ExaminedModel) -> [Symptom] {
    // Some writers have the number as a float32.
    let epsilons = model.normalizations.map { Float($0.epsilon) }
    let counts = Dictionary(epsilons.map { ($0, 1) }, uniquingKeysWith: +)
    guard counts.count > 1, let common = counts.max(by: { ($0.value, $0.key) < ($1.value, $1.key) }),
      let other = epsilons.firstIndex(where: { $0 != common.key })
    else { return [] }
    let parts = 1 + zip(epsilons, epsilons.dropFirst()).count { $0 != $1 }
    let usual = epsilons.firstIndex(of: common.key).map { model.normalizations[$0] }
    return [
      Symptom(
        parts == counts.count ? .epsilonsByPart : .differingEpsilons, model.normalizations[other].path,
        count: epsilons.count - common.value, of: epsilons.count, value: model.normalizations[other].epsilon,
        reference: usual?.epsilon, other: usual?.path)
    ]
  }
}
