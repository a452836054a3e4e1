package io.quorate.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.quorate.consensus.Point;
import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireWriter;
import io.quorate.replica.StateMachine.Durable;
import io.quorate.replica.StateMachine.Image;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ImageTest {
  private final StoreHarness store = new StoreHarness();

  @BeforeEach
  void fill() {
    var nodes =
        List.of(
            new NodeEntry(7, Bytes.of(new byte[16]), "n", List.of("http://a:1"), List.of(), "", 0));
    store.entry(
        List.of(Command.of(Command.Type.DIRECTORY, NodeEntry.LIST_CODEC.encode(nodes)).encode()));
    for (int i = 0; i < 50; i++) {
      store.put("k" + i % 9, "value " + i);
      if (i % 10 == 9) {
        store.delete("k" + i % 9);
      }
    }
    store.compact(30);
  }

  @Test
  void aStateInstalledElsewhereIsTheSame() throws Exception {
    var other = new StoreHarness();
    other.put("what was there", "before");
    other.install(store.image(200), "2");

    assertThat(other.store.digest()).isEqualTo(store.store.digest());
    assertThat(other.store.revision()).isEqualTo(store.store.revision());
    assertThat(other.store.compacted()).isEqualTo(30);
    assertThat(other.store.directory()).isEqualTo(store.store.directory());
    assertThat(other.all(40)).isEqualTo(store.all(40));
    assertThat(other.store.durable())
        .isEqualTo(new Durable(new Point(store.index, 1), Bytes.utf8("kept " + store.index)));
    assertThat(other.engines.list()).containsExactly("2");
  }

  @Test
  void anImageOfANewerFormatNamesBoth() {
    var first = store.image(200).getFirst().toArray();
    first[5] = 2;
    var crc = new CRC32C();
    crc.update(new byte[4]);
    crc.update(first, 4, first.length - 4);
    var bytes = new WireWriter();
    bytes.u32((int) crc.getValue());
    System.arraycopy(bytes.toBytes().toArray(), 0, first, 0, 4);
    assertThatExceptionOfType(MalformedException.class)
        .isThrownBy(() -> new StoreHarness().install(List.of(Bytes.of(first)), "2"))
        .withMessage(
            "an image of the store has format 2, and this version of Quorate reads format 1: run"
                + " the version that wrote it, or a newer one");
  }

  @Test
  void anInstalledStateIsDurableBeforeItIsUsed() throws Exception {
    var other = new StoreHarness();
    var installation = other.store.install("2");
    for (var piece : store.image(200)) {
      installation.add(piece);
    }
    installation.finish();
    other.crash("2");

    assertThat(other.store.digest()).isEqualTo(store.store.digest());
    other.store.deleteRemains();
    assertThat(other.engines.list()).containsExactly("2");
  }

  @Test
  void bothGoOnAlike() throws Exception {
    var other = new StoreHarness();
    other.install(store.image(1_000), "2");
    for (var each : List.of(store, other)) {
      each.put("k1", "x");
      each.delete("k2", "k5");
      each.compact(40);
      each.settle();
    }

    assertThat(other.store.digest()).isEqualTo(store.store.digest());
    assertThat(other.hash(0)).isEqualTo(store.hash(0));
  }

  @Test
  void anImageStaysAsItWasTaken() {
    var expected = store.image(100);
    var images = new ArrayList<Image>();
    store.store.image(images::add);
    store.settle();
    store.put("later", "1");
    store.store.drain();
    store.settle();
    var image = images.getFirst();
    assertThat(image.at().applied().index()).isEqualTo(store.index - 1);
    var pieces = new ArrayList<Bytes>();
    for (var piece = image.next(100); piece != null; piece = image.next(100)) {
      pieces.add(piece);
    }
    image.close();
    image.close();

    assertThat(pieces).isEqualTo(expected);
    assertThat(image.next(100)).isNull();
  }

  @Test
  void anImageIsNoOlderThanWhatWasAppliedWhenItWasAskedFor() {
    store.put("before", "1");
    var images = new ArrayList<Image>();
    store.store.image(images::add);
    long asked = store.index;
    store.put("after", "1");
    store.settle();

    assertThat(images.getFirst().at().applied().index()).isGreaterThanOrEqualTo(asked);
  }

  @Test
  void piecesHaveAboutTheSizeAskedFor() {
    assertThat(store.image(1)).hasSizeGreaterThan(20);
    for (var piece : store.image(300)) {
      assertThat(piece.length()).isLessThan(400);
    }
    assertThat(store.image(1 << 20)).hasSize(1);
  }

  private void refuses(List<Bytes> pieces) {
    var other = new StoreHarness();
    var installation = other.store.install("2");
    assertThatExceptionOfType(MalformedException.class)
        .isThrownBy(() -> {
          for (var piece : pieces) {
            installation.add(piece);
          }
          installation.finish();
        });
    installation.abandon();
    other.settle();
    assertThat(other.engines.list()).containsExactly("1");
    assertThat(other.put("a", "1").revision()).isEqualTo(2);
  }

  @Test
  void whatIsMissingRepeatedOrInAnotherOrderIsRefused() {
    var pieces = store.image(100);
    int last = pieces.size() - 1;

    refuses(List.of());
    refuses(pieces.subList(0, last));
    refuses(pieces.subList(1, pieces.size()));
    for (int i = 0; i < last; i++) {
      var without = new ArrayList<>(pieces);
      without.remove(i);
      refuses(without);
      var swapped = new ArrayList<>(pieces);
      swapped.set(i, pieces.get(i + 1));
      swapped.set(i + 1, pieces.get(i));
      refuses(swapped);
      var twice = new ArrayList<>(pieces);
      twice.add(i, pieces.get(i));
      refuses(twice);
    }
    var longer = new ArrayList<>(pieces);
    longer.add(pieces.get(last));
    refuses(longer);
  }

  @Test
  void everyFlippedBitIsSeen() {
    var pieces = store.image(1_000);
    for (int piece = 0; piece < pieces.size(); piece++) {
      for (int at = 0; at < pieces.get(piece).length(); at += 7) {
        var damaged = pieces.get(piece).toArray();
        damaged[at] ^= (byte) (1 << at % 8);
        var all = new ArrayList<>(pieces);
        all.set(piece, Bytes.of(damaged));
        refuses(all);
      }
    }
  }

  @Test
  void piecesOfDifferentImagesDoNotFit() {
    var first = store.image(100);
    store.put("one", "more");
    var second = store.image(100);
    var mixed = new ArrayList<>(first.subList(0, 3));
    mixed.addAll(second.subList(3, second.size()));

    refuses(mixed);
  }

  @Test
  void aStateThatIsReplacedStillAnswersWhoWaitsForIt() throws Exception {
    var other = new StoreHarness();
    other.put("a", "1");
    var answered = new ArrayList<Outcome>();
    other.store.range(StoreHarness.parsed(StoreHarness.rangeOf("a", "z")), answered::add);
    other.install(store.image(200), "2");

    assertThat(answered).hasSize(1);
    assertThat(other.engines.list()).containsExactly("2");
  }

  @Test
  void anImageInUseKeepsAReplacedStateUntilItIsClosed() throws Exception {
    var other = new StoreHarness();
    other.put("a", "1");
    var images = new ArrayList<Image>();
    other.store.image(images::add);
    other.settle();
    other.install(store.image(200), "2");
    assertThat(other.engines.list()).containsExactly("1", "2");

    assertThat(images.getFirst().next(100)).isNotNull();
    images.getFirst().close();
    other.settle();
    assertThat(other.engines.list()).containsExactly("2");
  }
}
