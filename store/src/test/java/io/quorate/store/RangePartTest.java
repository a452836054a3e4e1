package io.quorate.store;

import static io.quorate.store.StoreHarness.putOf;
import static io.quorate.store.StoreHarness.rangeOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.api.RangeRequest;
import io.quorate.api.RangeResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RangePartTest {
  private static final RangePart.Size SMALL = new RangePart.Size(10, 1_000_000);

  private final StoreHarness store = new StoreHarness();

  private PartOutcome part(
      RangeRequest.Builder range, RangePart.@Nullable Place place, RangePart.Size size) {
    var answers = new ArrayList<PartOutcome>();
    store.store.rangePart(StoreHarness.parsed(range), place, size, answers::add);
    store.settle();
    return answers.getFirst();
  }

  private RangePart read(
      RangeRequest.Builder range, RangePart.@Nullable Place place, RangePart.Size size) {
    assertThat(part(range, place, size)).isInstanceOf(RangePart.class);
    return (RangePart) part(range, place, size);
  }

  /// All parts; between them something may happen.
  private List<RangeResponse> parts(
      RangeRequest.Builder range, RangePart.Size size, Runnable between) throws Exception {
    var parts = new ArrayList<RangeResponse>();
    var part = read(range, null, size);
    long revision = part.revision();
    parts.add(RangeResponse.parseFrom(part.body().toArray()));
    while (part.place() != null) {
      between.run();
      part = read(range, part.place(), size);
      assertThat(part.revision()).isEqualTo(revision);
      parts.add(RangeResponse.parseFrom(part.body().toArray()));
    }
    return parts;
  }

  private static RangeResponse merged(List<RangeResponse> parts) {
    var all = RangeResponse.newBuilder();
    parts.forEach(all::mergeFrom);
    return all.build();
  }

  private void fill(int keys) {
    for (int i = 0; i < keys; i++) {
      store.put("k%03d".formatted(i), "v" + i);
    }
  }

  @Test
  void allPartsTogetherAreTheAnswerToTheRange() throws Exception { // etcd-47, 48, 51, 52
    fill(25);
    store.put("k003", "again");
    for (var range :
        List.of(
            rangeOf("k", "l"),
            rangeOf("k", "l").setLimit(7),
            rangeOf("k", "l").setLimit(10),
            rangeOf("k", "l").setLimit(17),
            rangeOf("k", "l").setLimit(25),
            rangeOf("k", "l").setRevision(12),
            rangeOf("k", "l").setKeysOnly(true),
            rangeOf("k003", ""),
            rangeOf("\0", "\0"),
            rangeOf("nothing", "nowhere"))) {
      var parts = parts(range, SMALL, () -> {});
      assertThat(merged(parts)).isEqualTo(store.range(range).range());
      for (var part : parts.subList(0, parts.size() - 1)) {
        assertThat(part.getKvsCount()).isEqualTo(10);
        assertThat(part.getCount()).isZero();
      }
    }
  }

  @Test
  void whatIsWrittenBetweenTwoPartsIsNotSeen() throws Exception { // etcd-49
    fill(25);
    var before = store.range("\0", "\0").range();
    var parts =
        parts(
            rangeOf("\0", "\0"),
            SMALL,
            () -> {
              store.delete("k020");
              store.put("k0245", "new");
              store.put("k024", "newer");
            });
    assertThat(merged(parts)).isEqualTo(before);
  }

  @Test
  void aPartIsNoLargerThanItMayBeUnlessASingleKeyIs() throws Exception { // etcd-50
    store.put(putOf("a", "x".repeat(3_000)));
    store.put(putOf("b", "x".repeat(400)));
    store.put(putOf("c", "x".repeat(400)));
    store.put(putOf("d", "x".repeat(400)));
    var parts = parts(rangeOf("\0", "\0"), new RangePart.Size(10, 1_000), () -> {});
    assertThat(parts).extracting(RangeResponse::getKvsCount).containsExactly(1, 2, 1);
  }

  @Test
  void compactionPastTheRevisionEndsIt() { // etcd-55
    fill(25);
    var first = read(rangeOf("\0", "\0"), null, SMALL);
    store.put("k000", "x");
    store.compact(store.store.revision());
    assertThat(part(rangeOf("\0", "\0"), first.place(), SMALL))
        .isEqualTo(new PartOutcome.Failed(Failure.COMPACTED));
    assertThat(part(rangeOf("\0", "\0").setRevision(3), null, SMALL))
        .isEqualTo(new PartOutcome.Failed(Failure.COMPACTED));
    assertThat(part(rangeOf("\0", "\0").setRevision(99), null, SMALL))
        .isEqualTo(new PartOutcome.Failed(Failure.FUTURE_REVISION));
  }
}
