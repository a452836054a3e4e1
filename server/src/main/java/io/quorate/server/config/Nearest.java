package io.quorate.server.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// Finds what somebody meant who mistyped a name.
final class Nearest {
  private record Candidate(String name, int distance) {}

  private Nearest() {}

  /// The known name with the fewest letters to change, add or leave out; none if too many differ
  /// for a slip.
  static Optional<String> to(String mistyped, Collection<String> known) {
    int most = Math.max(2, mistyped.length() / 4);
    return known.stream()
        .map(name -> new Candidate(name, distance(mistyped, name)))
        .filter(candidate -> candidate.distance <= most)
        .min(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
        .map(Candidate::name);
  }

  /// ` (did you mean "NAME"?)`, or nothing.
  static String hint(String mistyped, Collection<String> known) {
    return to(mistyped, known).map(" (did you mean \"%s\"?)"::formatted).orElse("");
  }

  /// Levenshtein's distance.
  private static int distance(String a, String b) {
    var above = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      var row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
      }
      above = row;
    }
    return above[b.length()];
  }
}
