package io.quorate.node.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.wire.Bytes;
import io.quorate.store.KeyRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IntervalTreeTest {
  private record Added(KeyRange range, int value) {}

  private final Random random = new Random(7);

  private Bytes key() {
    var key = new byte[1 + random.nextInt(3)];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) random.nextInt(-3, 3);
    }
    return Bytes.of(key);
  }

  private KeyRange range() {
    var from = key();
    while (true) {
      var range = new KeyRange(from, random.nextInt(5) == 0 ? null : key(), false);
      if (!range.isEmpty()) {
        return range;
      }
    }
  }

  private static List<Integer> found(IntervalTree<Integer> tree, Bytes key) {
    var found = new ArrayList<Integer>();
    tree.forEach(key, found::add);
    found.sort(null);
    return found;
  }

  @Test
  void findsAllRangesInWhichAKeyLiesAndNoOthers() {
    for (int round = 0; round < 200; round++) {
      var tree = new IntervalTree<Integer>();
      var all = new ArrayList<Added>();
      int steps = random.nextInt(120);
      for (int step = 0; step < steps; step++) {
        if (!all.isEmpty() && random.nextInt(3) == 0) {
          var gone = all.remove(random.nextInt(all.size()));
          tree.remove(gone.range.from(), gone.range.to(), gone.value);
        } else {
          var added = new Added(range(), step);
          all.add(added);
          tree.add(added.range.from(), added.range.to(), added.value);
        }
      }
      for (int i = 0; i < 30; i++) {
        var key = key();
        assertThat(found(tree, key))
            .isEqualTo(
                all.stream()
                    .filter(each -> each.range.contains(key))
                    .map(Added::value)
                    .sorted()
                    .toList());
      }
      all.forEach(each -> tree.remove(each.range.from(), each.range.to(), each.value));
      assertThat(tree.isEmpty()).isTrue();
    }
  }

  @Test
  void aRangeThatManyWatchIsOnePlace() {
    var tree = new IntervalTree<Integer>();
    IntStream.range(0, 1_000).forEach(i -> tree.add(Bytes.utf8("a"), Bytes.utf8("b"), i));
    tree.remove(Bytes.utf8("a"), Bytes.utf8("b"), 500);
    assertThat(found(tree, Bytes.utf8("ab"))).hasSize(999).doesNotContain(500);
    assertThat(found(tree, Bytes.utf8("b"))).isEmpty();
  }

  @Test
  void manySortedRangesAreFoundAsFastAsOthers() {
    // A list in disguise would exhaust the stack.
    var tree = new IntervalTree<Integer>();
    for (int i = 0; i < 100_000; i++) {
      var from = Bytes.utf8("%08d".formatted(i));
      tree.add(from, Bytes.utf8("%08d".formatted(i + 1)), i);
    }
    assertThat(found(tree, Bytes.utf8("00054321x"))).containsExactly(54321);
  }
}
