// FIX writers: as a script of fields, what was taken is read back, what was refused left no trace;
// and a template that is patched stays a whole message.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "book/ensure.hpp"
#include "codecs/fix/field_kinds.hpp"
#include "codecs/fix/template.hpp"
#include "codecs/fix/writer.hpp"
#include "tests/codecs/fix/wire.hpp"

namespace tickweir::codecs::fix {
namespace {

using book::ensure;

/// Bytes as numbers and texts, zeros where they end.
class Script {
public:
    explicit Script(std::string_view bytes) : rest_{bytes} {}

    bool empty() const { return rest_.empty(); }
    std::uint64_t number(std::size_t bytes) {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < bytes; ++i)
            value = value << 8 | static_cast<unsigned char>(text(1).empty() ? 0 : last_);
        return value;
    }
    std::string_view text(std::size_t bytes) {
        const std::string_view taken = rest_.substr(0, bytes);
        rest_.remove_prefix(taken.size());
        if (!taken.empty()) last_ = taken.back();
        return taken;
    }

private:
    std::string_view rest_;
    char last_ = 0;
};

WriteStatus write_field(FieldWriter& writer, Script& script) {
    const auto kind = script.number(1);
    const auto tag = static_cast<Tag>(script.number(1 + kind % 4));
    switch (kind >> 2 & 7) {
        case 0:
            return writer.field(tag, script.number(8));
        case 1:
            return writer.field(tag, static_cast<std::int64_t>(script.number(8)));
        case 2:
            return writer.field(tag, Decimal{static_cast<std::int64_t>(script.number(8)),
                                             static_cast<std::uint32_t>(script.number(1) % 20)});
        case 3:
            return writer.field(
                tag, UtcTime{std::chrono::nanoseconds{static_cast<std::int64_t>(script.number(8))}},
                std::array{TimePrecision::seconds, TimePrecision::milliseconds,
                           TimePrecision::nanoseconds}[script.number(1) % 3]);
        case 4:
            return writer.data(tag, script.text(script.number(1)));
        case 5:
            return writer.field(tag, static_cast<char>(script.number(1)));
        default:
            return writer.field(tag, script.text(script.number(1)));
    }
}

/// Whether some field's tag means something to the reader, for whom it then has to stand right.
bool has_special_tags(std::string_view body) {
    Message message;
    const std::string bytes = framed_bytes(body);
    return message.read(bytes).status != FrameStatus::whole ||
           message.fault() != MessageFault::none;
}

void check_writer(Script script) {
    std::array<char, 600> buffer{};
    Writer writer{std::span{buffer}.first(64 + script.number(2) % 512)};
    ensure(writer.begin(fix_4_4, "D") == WriteStatus::ok);
    while (!script.empty()) {
        const std::string before{writer.text()};
        const auto mark = writer.mark();
        if (write_field(writer, script) == WriteStatus::ok) continue;
        ensure(writer.text() == before);
        writer.back_to(mark);
    }
    const std::string body{writer.text()};
    const Written written = writer.finish();
    ensure(written.status == WriteStatus::ok);
    Message message;
    ensure(message.read(written.text) ==
           Frame{FrameStatus::whole, FrameFault::none, written.text.size(), 0});
    ensure(written.text == framed_bytes(body));
    ensure((message.fault() == MessageFault::none) != has_special_tags(body));
}

void check_template(Script script) {
    static const std::array<Tag, 3> slots{tag::msg_seq_num, tag::cl_ord_id, tag::price};
    auto made = Template::make(order, slots, 256);
    ensure(made.has_value());
    Message message;
    while (!script.empty()) {
        const std::string before{made->text()};
        const auto action = script.number(1);
        const auto slot = action % 4;
        const WriteStatus status =
            action & 4   ? made->set(slot, script.number(8))
            : action & 8 ? made->set(slot, Decimal{static_cast<std::int64_t>(script.number(8)),
                                                   static_cast<std::uint32_t>(action >> 3)})
                         : made->set(slot, script.text(script.number(1)));
        if (status != WriteStatus::ok) ensure(made->text() == before);
        const std::string_view text = made->text();
        ensure(message.read(text) == Frame{FrameStatus::whole, FrameFault::none, text.size(), 0});
        ensure(message.fault() == MessageFault::none && message.fields().size() == 16);
    }
}

}  // namespace
}  // namespace tickweir::codecs::fix

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t length) {
    using namespace tickweir::codecs::fix;
    const std::string_view bytes{reinterpret_cast<const char*>(data), length};
    if (length > 4096) return 0;
    check_writer(Script{bytes});
    check_template(Script{bytes});
    return 0;
}
