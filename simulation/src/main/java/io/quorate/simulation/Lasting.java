package io.quorate.simulation;

import java.util.ArrayList;
import java.util.List;

/// What is so for a while. Of several that last at once the latest to begin counts, and each ends
/// by itself: the end of one is no end of the others.
///
/// @param <T> what is so
final class Lasting<T> {
  private static final class Spell<T> {
    final T what;

    Spell(T what) {
      this.what = what;
    }
  }

  private final T usually;
  private final List<Spell<T>> spells = new ArrayList<>();

  Lasting(T usually) {
    this.usually = usually;
  }

  T now() {
    return spells.isEmpty() ? usually : spells.getLast().what;
  }

  /// @return ends it, unless all has been ended meanwhile
  Runnable begin(T what) {
    var spell = new Spell<>(what);
    spells.add(spell);
    return () -> spells.remove(spell);
  }

  void endAll() {
    spells.clear();
  }
}
