// FIX messages out of the blocks of a FixCapture: strictly where messages stand back to back, as on
// a wire, leniently where somebody wrote a log. Pure; tells every message that is broken, and why.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "book/types.hpp"
#include "codecs/fix/log_text.hpp"
#include "codecs/fix/message.hpp"
#include "replay/fix_capture.hpp"

namespace tickweir::replay {

enum class FixFraming : std::uint8_t {
    automatic,  ///< TCP: strict. A file: strict if its first message is right and another follows
    strict,     ///< nothing stands between messages; a wrong BodyLength or CheckSum refuses one
    log,        ///< anything may stand between messages; a wrong BodyLength or CheckSum is told
};

enum class FixItemKind : std::uint8_t {
    message,
    damage,  ///< bytes that make no message were dropped
    loss,    ///< bytes are missing from a TCP stream
};

/// What was found next; views are good until the next call.
struct FixItem {
    FixItemKind kind = FixItemKind::message;
    const codecs::fix::Message* message = nullptr;
    bool wrong_body_length = false;  ///< of a message in a log
    bool wrong_checksum = false;     ///< likewise
    std::string_view reason;         ///< of damage, as the codec names it, or "cut off"
    codecs::fix::Tag tag = 0;        ///< of damage in a field, where it has one
    /// Of damage: no message begins here either, and what is before it is damage, too.
    bool continues = false;
    std::uint64_t bytes = 0;  ///< of the message, the damage, the loss
    std::string_view text;    ///< of the damage
    /// In the decompressed file; of a packet its record, in which the item begins.
    std::uint64_t offset = 0;
    std::optional<book::TimeNs> received;  ///< of the packet that completed it
    std::uint32_t stream = 0;
};

/// Streams that turned out to carry something else.
struct FixOtherStreams {
    std::uint64_t streams = 0;
    std::uint64_t bytes = 0;
};

/// However a stream is cut into blocks, the same messages come out. A TCP stream is searched for
/// its first `8=FIX`: what is before it is no damage, and without one in 64 KiB it is not FIX.
/// Keeps at most a message and a block a stream, and nothing of one that ended.
class FixReader {
public:
    explicit FixReader(FixFraming framing = FixFraming::automatic) : framing_{framing} {}

    /// Takes the next block, which must outlive its items. next() must have given all before.
    void begin(const FixBlock& block);
    /// False when the block has nothing more.
    [[nodiscard]] bool next(FixItem& item);

    /// Of the file at hand, or of the last TCP stream.
    bool is_strict() const { return is_strict_; }
    const FixOtherStreams& others() const { return others_; }

private:
    struct Stream {
        std::string carry;  // not a message yet
        std::uint64_t carry_offset = 0;
        bool strict = true;
        bool joined = true;  // its first message was found
        bool other = false;  // it has none
        bool in_damage = false;
    };
    /// What is done with the block, in this order.
    enum class Step : std::uint8_t { loss, join, append, carried, direct, keep, last, done };
    struct Scan {
        enum class Kind : std::uint8_t { item, skipped, none } kind = Kind::none;
        std::size_t begin = 0;  // of the item
        std::size_t bytes = 0;  // to go on behind
    };

    Stream& stream_of(const FixBlock& block);
    bool take_step(FixItem& item);
    bool tell_loss(FixItem& item);
    void join();
    void append();
    bool scan_carried(FixItem& item);
    bool scan_direct(FixItem& item);
    bool scan_last(FixItem& item);
    Scan scan(std::string_view text, bool last, FixItem& item);
    Scan scan_strictly(std::string_view text, bool last, FixItem& item);
    Scan scan_log(std::string_view text, bool last, FixItem& item);
    Scan damage(std::string_view text, std::string_view reason, FixItem& item) const;
    void place(std::size_t index, bool in_block, FixItem& item) const;
    void finish();

    FixFraming framing_;
    codecs::fix::Message message_;
    codecs::fix::LogReader log_;
    std::unordered_map<std::uint32_t, Stream> streams_;
    bool is_strict_ = true;
    FixOtherStreams others_;

    FixBlock block_;
    Stream* stream_ = nullptr;
    Step step_ = Step::done;
    std::size_t used_ = 0;      // of the block's text
    std::size_t at_ = 0;        // in `carry`
    std::size_t boundary_ = 0;  // from there on `carry` has bytes of the block
};

}  // namespace tickweir::replay
