package io.quorate.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.wire.Bytes;
import org.junit.jupiter.api.Test;

class NewestCacheTest {
  private static final int CAPACITY = 64 << 10;

  private final NewestCache cache = new NewestCache(CAPACITY);

  private static Bytes key(int number) {
    return Bytes.utf8("key/" + number);
  }

  private static Version version(long mod) {
    return new Version(mod, 0, mod, 1, 0);
  }

  private void put(Bytes key, long mod) {
    cache.put(key, version(mod), KeyValues.encode(key, version(mod), Bytes.utf8("value")));
  }

  private long modOf(Bytes key) {
    var slot = cache.get(key);
    var version = slot == null ? null : slot.version();
    return version == null ? -1 : version.mod();
  }

  @Test
  void keysUsedOnceDriveOutNoKeyThatIsUsedOften() {
    put(key(0), 1);
    cache.use(key(0));
    for (int i = 1; i < 10_000; i++) {
      put(key(i), i + 1);
    }
    assertThat(modOf(key(0))).isEqualTo(1);
    assertThat(modOf(key(9_999))).isEqualTo(10_000);
    assertThat(cache.get(key(1))).isNull();
  }

  @Test
  void aFrequentKeyStaysFrequentAsItChanges() {
    put(key(0), 1);
    cache.use(key(0));
    put(key(0), 2);
    for (int i = 1; i < 10_000; i++) {
      put(key(i), i + 2);
    }
    assertThat(modOf(key(0))).isEqualTo(2);
  }

  @Test
  void ofTheFrequentKeysTheOneUsedLongestAgoGoesFirst() {
    for (int i = 0; i < 1_000; i++) {
      put(key(i), i + 1);
      cache.use(key(i));
      assertThat(modOf(key(0))).isEqualTo(1);
    }
    assertThat(cache.get(key(1))).isNull();
  }

  @Test
  void aReadThatTookTimeBringsNothingOldBack() {
    var reserved = cache.reserve(key(0));
    put(key(0), 7);
    cache.fill(reserved, version(3), null);
    assertThat(modOf(key(0))).isEqualTo(7);
  }

  @Test
  void aReadFillsTheSlotThatItReserved() {
    var reserved = cache.reserve(key(0));
    assertThat(cache.get(key(0))).isNull();
    cache.use(key(0));
    cache.fill(reserved, null, null);
    assertThat(cache.get(key(0))).isNotNull().extracting(NewestCache.Slot::version).isNull();
  }

  @Test
  void aSlotThatIsGoneIsNotFilled() {
    var reserved = cache.reserve(key(0));
    for (int i = 1; i < 1_000; i++) {
      put(key(i), i);
    }
    cache.fill(reserved, version(3), null);
    assertThat(cache.get(key(0))).isNull();
  }
}
