// What a FIX session must not forget: the messages it sent, for resending, and its two sequence
// numbers. Files and numbers only; what FIX makes of them is the session's business.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "book/types.hpp"
#include "gateway/fix/store_directory.hpp"
#include "txn/io/io_error.hpp"

namespace tickweir::gateway::fix {

struct StoreLimits {
    /// Of files on disk, per session; the oldest messages beyond it are gone. At least 8 times what
    /// one message takes.
    std::uint64_t retained_bytes = 16 << 20;
    std::size_t message_bytes = 64 << 10;  ///< of one message
};

/// What becomes of a message.
enum class Appended : std::uint8_t {
    stored,        ///< it can be read back; on disk with the next flush
    not_kept,      ///< there is no directory, or the disk refuses: a resend has a gap there
    too_long,      ///< likewise, for being beyond `message_bytes`
    out_of_order,  ///< refused: the number is 0, or not above the last one given
};

enum class ReadStatus : std::uint8_t {
    done,     ///< everything there is of the range was given
    more,     ///< the budget is used up; go on from `next`
    damaged,  ///< as done, but something in the range could not be read, which is counted and told
};

/// What one call of read came to.
struct RangeRead {
    ReadStatus status = ReadStatus::done;
    std::uint64_t next = 0;      ///< the first number not looked at yet; behind the range when done
    std::uint64_t messages = 0;  ///< given by this call
};

/// Since the store was opened.
struct StoreCounts {
    std::uint64_t appended = 0;        ///< messages stored
    std::uint64_t appended_bytes = 0;  ///< of them, on the wire
    std::uint64_t not_kept = 0;        ///< messages that the disk did not take
    std::uint64_t too_long = 0;
    std::uint64_t out_of_order = 0;
    std::uint64_t expired = 0;    ///< messages dropped for `retained_bytes`
    std::uint64_t read = 0;       ///< messages given back
    std::uint64_t damaged = 0;    ///< places that could not be read as messages
    std::uint64_t io_errors = 0;  ///< operations of the disk that failed
    std::uint64_t resets = 0;     ///< by `reset`, and by numbers set back below a stored one
};

/// What was found when a store was opened.
struct StoreFound {
    bool created = false;              ///< there was none
    bool closed = false;               ///< the process before closed it: nothing is missing
    std::uint64_t messages = 0;        ///< that can be read
    std::uint64_t torn_bytes = 0;      ///< cut off behind the last whole message
    std::uint64_t damaged_places = 0;  ///< between messages; what they held is missing
    /// Neither copy of the numbers could be read: both begin at 1, and no message is left.
    bool numbers_lost = false;
    std::string text;  ///< what was damaged or torn, with file and offset, for the log; or empty
};

/// One session's journal and numbers.
///
/// Messages are kept in files of an eighth of `retained_bytes`; the oldest file goes when there
/// are eight. They are numbered ascending, with gaps where the caller leaves some. What is missing,
/// for whatever reason, is not given by `read`; the caller fills the gap.
///
/// **Durability.** `append` and the setters change memory; `flush` hands everything to the system
/// in at most two writes, and the caller calls it once a turn, before the turn's output goes out: a
/// process that ends in any way then loses no number that the other side has seen. Nothing is
/// synced before `close`: a power failure may lose whatever the system had not written back, of
/// messages and of numbers; the store is whole then, and `found().closed` is false.
///
/// **A failing disk** ends nothing: messages are counted as not kept, `failure` tells why, and each
/// later flush tries again. Numbers live on in memory.
///
/// After the first message nothing is allocated by append, the setters and flush, except where a
/// file is begun. Memory: `message_bytes`, an index of at most 50 KB, and `message_bytes` while a
/// range is read. One thread.
class MessageStore {
public:
    /// Opens or makes the store of a session. `name` is a file name: letters, digits, - and _.
    /// Repairs what a crash left. Reads what is kept once: for the start, and for sessions that are
    /// added. The error is one of the disk's: nothing can be said of what was there.
    [[nodiscard]] static txn::io::Result<std::unique_ptr<MessageStore>> open(
        StoreDirectory& directory, const std::string& name, const StoreLimits& limits,
        book::TimeNs now);

    /// A store without files: numbers from 1 in memory, every message `not_kept`.
    [[nodiscard]] static std::unique_ptr<MessageStore> without_files(book::TimeNs now);

    MessageStore(const MessageStore&) = delete;
    MessageStore& operator=(const MessageStore&) = delete;
    ~MessageStore();

    const StoreFound& found() const;

    // ------------------------------------------------------------------ numbers

    /// The number of the next message to be sent, and of the next one expected. From 1.
    std::uint64_t next_outbound() const;
    std::uint64_t next_inbound() const;
    /// A number not above that of a stored message drops all stored messages.
    void set_next_outbound(std::uint64_t number);
    void set_next_inbound(std::uint64_t number);

    /// When the numbers last began anew.
    book::TimeNs created() const;
    /// Both numbers to 1, no messages, created now. What a power failure leaves of it is the store
    /// before or the one after.
    void reset(book::TimeNs now);

    // ------------------------------------------------------------------ messages

    /// Keeps a message that is being sent. Does not change next_outbound.
    [[nodiscard]] Appended append(std::uint64_t number, std::string_view wire);

    /// Gives the stored messages numbered `from` to `to` to `sink(number, wire)`, ascending, until
    /// about `bytes_max` bytes have been read from disk; at least one message if there is any. The
    /// bytes are valid during the call of the sink, which must not use the store.
    /// Reads at most `bytes_max` + 128 KiB. What waits for a flush is flushed first.
    template <class Sink>
    [[nodiscard]] RangeRead read(std::uint64_t from, std::uint64_t to, std::size_t bytes_max,
                                 Sink&& sink);

    // ------------------------------------------------------------------ the disk

    /// Hands what has changed to the system. Does nothing where nothing has.
    void flush();

    /// Flushes and syncs; no call but the destructor's afterwards. Blocks: for the end only.
    /// False where the disk refused any part.
    [[nodiscard]] bool close();

    /// The disk's last error, while what was asked of it last has failed; else nothing.
    const std::optional<txn::io::IoError>& failure() const;

    const StoreCounts& counts() const;

private:
    class Numbers;
    class Journal;
    struct Message {
        std::uint64_t number = 0;
        std::string_view wire;
    };

    MessageStore(std::unique_ptr<Numbers> numbers, std::unique_ptr<Journal> journal);

    /// The first message numbered at least `from`; nothing where the budget or the range ends.
    std::optional<Message> next(std::uint64_t from, std::uint64_t to, std::size_t bytes_max,
                                RangeRead& range);

    std::unique_ptr<Numbers> numbers_;
    std::unique_ptr<Journal> journal_;
};

template <class Sink>
RangeRead MessageStore::read(std::uint64_t from, std::uint64_t to, std::size_t bytes_max,
                             Sink&& sink) {
    RangeRead range{.next = from};
    while (const auto message = next(range.next, to, bytes_max, range)) {
        sink(message->number, message->wire);
        range.next = message->number + 1;
        ++range.messages;
    }
    return range;
}

}  // namespace tickweir::gateway::fix
