// What a FIX session must not forget: the messages it sent, for resending, and its two sequence
// numbers. Files and numbers only; what FIX makes of them is the session's business.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "book/types.hpp"
#include "gateway/fix/numbers_file.hpp"
#include "gateway/fix/store_directory.hpp"
#include "gateway/fix/store_journal.hpp"
#include "gateway/fix/store_types.hpp"
#include "txn/io/io_error.hpp"

namespace tickweir::gateway::fix {

/// One session's journal and numbers.
///
/// Messages are kept in files of an eighth of `retained_bytes`; the oldest file goes when there
/// are eight. They are numbered ascending, with gaps where the caller leaves some. What is missing,
/// for whatever reason, is not given by `read`; the caller fills the gap.
///
/// **Durability.** `append` and the setters change memory; `flush` hands everything to the system
/// in at most two writes, one where the messages say the numbers, and the caller calls it once a
/// turn, before the turn's output goes out: a process that ends in any way then loses no number
/// that the other side has seen. Nothing is synced before `close`: a power failure may lose
/// whatever the system had not written back, of messages and of numbers; the store is whole then,
/// and `found().closed` is false.
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

    const StoreFound& found() const { return found_; }

    // ------------------------------------------------------------------ numbers

    /// The number of the next message to be sent, and of the next one expected. From 1.
    std::uint64_t next_outbound() const { return numbers_.next_outbound; }
    std::uint64_t next_inbound() const { return numbers_.next_inbound; }
    /// A number not above that of a stored message drops all stored messages.
    void set_next_outbound(std::uint64_t number);
    void set_next_inbound(std::uint64_t number);

    /// What the session's last Logon said in 8013, of this process or of one before; kept when the
    /// numbers begin anew.
    std::optional<bool> cancel_on_disconnect() const { return numbers_.cancel_on_disconnect; }
    void set_cancel_on_disconnect(std::optional<bool> wanted);

    /// When the numbers last began anew.
    book::TimeNs created() const { return numbers_.created; }
    /// Both numbers to 1, no messages, created now; in the file at once. A power failure may take
    /// it back: then the numbers before it are there again, with or without their messages.
    void reset(book::TimeNs now);

    // ------------------------------------------------------------------ messages

    /// Keeps a message that is being sent. Does not change next_outbound.
    [[nodiscard]] Appended append(std::uint64_t number, std::string_view wire);

    /// Gives the stored messages numbered `from` to `to` to `sink(number, wire)`, ascending, until
    /// `bytes_max` bytes have been read from disk, and those of the last 64 KiB of them. May give
    /// none and have more. The bytes are valid during the call of the sink, which must not use the
    /// store. What waits for a flush is flushed first.
    template <class Sink>
    [[nodiscard]] RangeRead read(std::uint64_t from, std::uint64_t to, std::size_t bytes_max,
                                 Sink&& sink);

    // ------------------------------------------------------------------ the disk

    /// Hands what has changed to the system. Does nothing where nothing has.
    void flush();
    /// The same, but an inbound number that is only ahead of what the system has may stay in memory
    /// for the next flush: a process that is killed meanwhile asks for those messages again.
    void flush_sent();

    /// Flushes, and syncs what may not be durable; no call but the destructor's afterwards. Blocks:
    /// for the end only.
    /// False where the disk refused any part.
    [[nodiscard]] bool close();

    /// The disk's last error, until what failed goes well again; else nothing.
    const std::optional<txn::io::IoError>& failure() const;

    const StoreCounts& counts() const { return counts_; }

private:
    explicit MessageStore(book::TimeNs now);

    txn::io::Result<void> open_files(StoreDirectory& directory, const std::string& name,
                                     const StoreLimits& limits, book::TimeNs now);
    void begin_generation();
    bool write_numbers();
    StoredNumbers known() const;
    std::uint32_t inbound_to_say() const;
    /// The first message numbered at least `from`; nothing where the budget or the range ends.
    std::optional<StoredMessage> next(std::uint64_t from, std::uint64_t to, std::size_t bytes_max,
                                      RangeRead& range);

    StoreCounts counts_;
    StoreFound found_;
    StoredNumbers numbers_;
    StoredNumbers written_;   // what the numbers' file says
    bool unwritten_ = false;  // the system may not know the numbers
    std::unique_ptr<NumbersFile> numbers_file_;
    std::unique_ptr<StoreJournal> journal_;
    std::optional<txn::io::IoError> failure_;  // of the numbers' file
};

template <class Sink>
RangeRead MessageStore::read(std::uint64_t from, std::uint64_t to, std::size_t bytes_max,
                             Sink&& sink) {
    RangeRead range;
    range.next = std::max<std::uint64_t>(from, 1);
    while (const auto message = next(range.next, to, bytes_max, range)) {
        sink(message->number, message->wire);
        range.next = message->number + 1;
        ++range.messages;
    }
    return range;
}

}  // namespace tickweir::gateway::fix
