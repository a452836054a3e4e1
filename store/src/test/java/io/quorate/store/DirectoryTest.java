package io.quorate.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.wire.Bytes;
import java.util.List;
import org.junit.jupiter.api.Test;

class DirectoryTest {
  private static final NodeEntry ONE = node(1, 1);
  private static final NodeEntry TWO = node(-2, 2);

  private final StoreHarness store = new StoreHarness();

  private static NodeEntry node(long id, int disk) {
    var diskId = new byte[16];
    diskId[15] = (byte) disk;
    return new NodeEntry(
        id, Bytes.of(diskId), "", List.of("http://10.0.0." + disk + ":2380"), List.of(), "", 0);
  }

  private StoreHarness.Answer found(NodeEntry... nodes) {
    return store
        .entry(
            List.of(
                Command.of(Command.Type.DIRECTORY, NodeEntry.LIST_CODEC.encode(List.of(nodes)))
                    .encode()))
        .getFirst();
  }

  private StoreHarness.Answer publish(Publication publication) {
    return store
        .entry(
            List.of(
                Command.of(Command.Type.PUBLISH, Publication.CODEC.encode(publication)).encode()))
        .getFirst();
  }

  @Test
  void itIsFoundedOnce() {
    assertThat(store.store.directory()).isEmpty();
    assertThat(found(TWO, ONE).failure()).isNull();
    assertThat(found(node(3, 3)).failure()).isNull();

    assertThat(store.store.directory()).containsExactly(ONE, TWO);
    assertThat(store.store.revision()).isEqualTo(1);
  }

  @Test
  void aNodeTellsOfItselfAtEachStart() {
    found(ONE, TWO);
    publish(new Publication(1, "first", List.of("http://c:1"), "0.1", 0));
    publish(new Publication(1, "first", List.of("http://c:1", "http://c:2"), "0.2", 3));

    assertThat(store.store.directory())
        .containsExactly(
            new NodeEntry(
                1,
                ONE.disk(),
                "first",
                ONE.peerUrls(),
                List.of("http://c:1", "http://c:2"),
                "0.2",
                3),
            TWO);
  }

  @Test
  void nobodyElseCanTellOfItself() {
    found(ONE);

    assertThat(publish(new Publication(9, "x", List.of(), "", 0)).failure())
        .isEqualTo(Failure.MEMBER_NOT_FOUND);
    assertThat(store.store.directory()).containsExactly(ONE);
  }

  @Test
  void itSurvivesACrash() {
    found(ONE, TWO);
    publish(new Publication(-2, "second", List.of(), "0.1", 0));
    var before = store.store.directory();
    store.flush();
    store.crash("1");

    assertThat(store.store.directory()).isEqualTo(before).hasSize(2);
  }
}
