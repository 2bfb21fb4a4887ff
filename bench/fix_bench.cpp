// FIX messages decoded to an index with all checks, and encoded, beside slower designs and QuickFIX
// on the same bytes. Contenders take turns; what they find is compared.
#include <zlib.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "bench/quickfix_messages.hpp"
#include "bench/rounds.hpp"
#include "codecs/fix/message.hpp"
#include "codecs/fix/template.hpp"
#include "codecs/fix/writer.hpp"

namespace tickweir::bench {
namespace {

using namespace codecs::fix;
using namespace std::chrono_literals;

constexpr std::size_t distinct = 1'000;
/// QuickFIX goes over fewer, so that no run is longer than what a scheduler leaves alone.
constexpr std::size_t distinct_of_quickfix = 50;

const UtcTime start = *read_time("20261121-14:03:07.123");

/// Fills a message up to `bytes` with the length of its id.
template <class Write>
std::string padded(std::size_t bytes, Write write) {
    for (std::size_t length = 1; length < 64; ++length) {
        std::string text = write(std::string(length, 'O'));
        if (text.size() == bytes) return text;
    }
    std::fprintf(stderr, "no id makes a message of %zu bytes\n", bytes);
    std::exit(1);
}

std::string execution_report(unsigned number, std::size_t bytes) {
    return padded(bytes, [&](const std::string& id) {
        std::array<char, 512> buffer{};
        Writer writer{buffer};
        writer.begin(fix_4_4, msg_type::execution_report, "TW", "C1");
        writer.field(tag::msg_seq_num, 1000 + number);
        writer.field(tag::sending_time, start + 1ms * number);
        writer.field(tag::order_id, 1'000 + number);
        writer.field(tag::cl_ord_id, id);
        writer.field(tag::exec_id, 70'000 + number);
        writer.field(tag::exec_type, 'F');
        writer.field(tag::ord_status, '1');
        writer.field(tag::symbol, "ACME");
        writer.field(tag::side, '1');
        writer.field(tag::order_qty, 500);
        writer.field(tag::last_qty, 100);
        writer.field(tag::last_px, Decimal{10'000 + number, 2});
        writer.field(tag::leaves_qty, 400);
        writer.field(tag::cum_qty, 100);
        writer.field(tag::avg_px, Decimal{10'000 + number, 2});
        return std::string{writer.finish().text};
    });
}

std::string new_order(unsigned number, std::size_t bytes) {
    return padded(bytes, [&](const std::string& id) {
        std::array<char, 512> buffer{};
        Writer writer{buffer};
        writer.begin(fix_4_4, msg_type::new_order_single, "C1", "TW");
        writer.field(tag::msg_seq_num, 1000 + number);
        writer.field(tag::sending_time, start + 1ms * number);
        writer.field(tag::cl_ord_id, id);
        writer.field(tag::symbol, "ACME");
        writer.field(tag::side, number % 2 == 0 ? '1' : '2');
        writer.field(tag::order_qty, 500);
        writer.field(tag::ord_type, '2');
        writer.field(tag::price, Decimal{10'000 + number, 2});
        writer.field(tag::transact_time, start + 1ms * number, TimePrecision::seconds);
        return std::string{writer.finish().text};
    });
}

/// The textbook: each field by two searches, the sum byte by byte, the same checks on the way.
struct Textbook {
    std::vector<Field> fields;

    std::size_t read(std::string_view text) {
        fields.clear();
        unsigned sum = 0;
        for (const char c : text.substr(0, text.size() - 7))
            sum += static_cast<unsigned char>(c);
        std::size_t at = 0;
        while (at < text.size()) {
            const std::size_t equals = text.find('=', at);
            const std::size_t end = text.find(soh, at);
            if (equals == text.npos || end == text.npos || equals > end) return 0;
            Tag tag = 0;
            for (const char c : text.substr(at, equals - at)) {
                if (c < '0' || c > '9') return 0;
                tag = tag * 10 + static_cast<Tag>(c - '0');
            }
            fields.push_back({tag, static_cast<std::uint16_t>(equals + 1),
                              static_cast<std::uint16_t>(end - equals - 1)});
            at = end + 1;
        }
        const auto said = read_uint(text.substr(text.size() - 4, 3));
        return said && *said == sum % 256 ? fields.size() : 0;
    }
};

void fail(const char* what) {
    std::fprintf(stderr, "the results differ: %s\n", what);
    std::exit(1);
}

/// Runs `each` over all messages; its answers have to add up to the same in every pass.
template <class Each>
Contender over(std::string name, const std::vector<std::string>& messages, std::size_t expected,
               Each each) {
    return {std::move(name), [] {},
            [&messages, expected, each]() mutable {
                std::size_t sum = 0;
                for (const std::string& message : messages)
                    sum += each(message);
                if (sum != expected) fail("a contender's sum");
            }};
}

void decode(const char* title, const std::vector<std::string>& messages, QuickFixMessages& quickfix,
            unsigned rounds) {
    Message index;
    Message plain;
    Textbook textbook;
    std::size_t fields = 0;
    std::size_t lengths = 0;
    std::size_t lengths_of = 0;
    const std::vector<std::string> few(messages.begin(), messages.begin() + distinct_of_quickfix);
    std::size_t bytes = 0;
    for (const std::string& message : messages) {
        if (index.read(message).status != FrameStatus::whole || index.fault() != MessageFault::none)
            fail("a message is refused");
        fields += index.fields().size();
        if (lengths_of < distinct_of_quickfix) {
            lengths += index.find(tag::cl_ord_id)->size() + index.find(tag::symbol)->size();
            ++lengths_of;
        }
        bytes += message.size();
    }
    const auto took = [](Message& message, Frame frame) {
        return frame.status == FrameStatus::whole && message.fault() == MessageFault::none
                   ? message.fields().size()
                   : 0;
    };
    std::vector<Contender> all;
    all.push_back(over("nothing: the length of each", messages, bytes,
                       [](const std::string& text) { return text.size(); }));
    all.push_back(over("framed and summed only", messages, bytes,
                       [](const std::string& text) { return find_frame(text).bytes; }));
    all.push_back(over("kept: framed, summed, indexed, checked", messages, fields,
                       [&](const std::string& text) { return took(index, index.read(text)); }));
    all.push_back(
        over("the same without vector instructions", messages, fields,
             [&](const std::string& text) { return took(plain, plain.read_plainly(text)); }));
    all.push_back(over("textbook: two searches a field, no data fields", messages, fields,
                       [&](const std::string& text) { return textbook.read(text); }));
    all.push_back(over("QuickFIX setString, validating", few, lengths,
                       [&](const std::string& text) { return quickfix.read(text); }));
    if (quickfix.has_dictionary())
        all.push_back(
            over("QuickFIX setString and validate, with dictionary", few, lengths,
                 [&](const std::string& text) { return quickfix.read_by_dictionary(text); }));
    measure(all, messages.size(), rounds);
    for (Contender& contender : all)
        if (contender.name.starts_with("QuickFIX"))
            for (double& time : contender.nanoseconds_per_item)
                time *= static_cast<double>(distinct) / distinct_of_quickfix;
    std::printf("\n%s: %zu bytes, %zu fields\n", title, bytes / messages.size(),
                fields / messages.size());
    print(all, 2);
}

void encode(QuickFixMessages& quickfix, unsigned rounds) {
    constexpr std::size_t count = 1'000;
    const std::string report = execution_report(7, 170);
    const std::array slots{tag::msg_seq_num, tag::sending_time, tag::order_id, tag::cl_ord_id,
                           tag::exec_id,     tag::ord_status,   tag::last_qty, tag::last_px,
                           tag::leaves_qty,  tag::cum_qty,      tag::avg_px};
    auto made = Template::make(report, slots);
    if (!made) fail("no template");
    const std::array<std::string, 2> ids{std::string(4, 'O'), std::string(4, 'P')};
    std::array<char, 512> buffer{};
    Writer writer{buffer};
    std::size_t by_template = 0;
    std::size_t by_writer = 0;
    const auto number_of = [](std::size_t i) { return static_cast<unsigned>(i % distinct); };
    std::vector<Contender> all;
    all.push_back({"template, 11 values patched", [&] { by_template = 0; },
                   [&] {
                       for (std::size_t i = 0; i < count; ++i) {
                           const unsigned number = number_of(i);
                           made->set(0, 1000 + number);
                           made->set(1, start + 1ms * number);
                           made->set(2, 1'000 + number);
                           made->set(3, ids[i % 2]);
                           made->set(4, 70'000 + number);
                           made->set(5, '1');
                           made->set(6, 100);
                           made->set(7, Decimal{10'000 + number, 2});
                           made->set(8, 400);
                           made->set(9, 100);
                           made->set(10, Decimal{10'000 + number, 2});
                           const std::string_view text = made->text();
                           by_template += text.size() + static_cast<unsigned char>(text.end()[-2]);
                       }
                   }});
    all.push_back({"template, sequence, time and id patched", [] {},
                   [&] {
                       for (std::size_t i = 0; i < count; ++i) {
                           made->set(0, 1000 + number_of(i));
                           made->set(1, start + 1ms * number_of(i));
                           made->set(3, ids[i % 2]);
                           if (made->text().empty()) fail("no text");
                       }
                   }});
    all.push_back({"writer, all 19 fields", [&] { by_writer = 0; },
                   [&] {
                       for (std::size_t i = 0; i < count; ++i) {
                           const unsigned number = number_of(i);
                           writer.begin(fix_4_4, msg_type::execution_report, "TW", "C1");
                           writer.field(tag::msg_seq_num, 1000 + number);
                           writer.field(tag::sending_time, start + 1ms * number);
                           writer.field(tag::order_id, 1'000 + number);
                           writer.field(tag::cl_ord_id, ids[i % 2]);
                           writer.field(tag::exec_id, 70'000 + number);
                           writer.field(tag::exec_type, 'F');
                           writer.field(tag::ord_status, '1');
                           writer.field(tag::symbol, "ACME");
                           writer.field(tag::side, '1');
                           writer.field(tag::order_qty, 500);
                           writer.field(tag::last_qty, 100);
                           writer.field(tag::last_px, Decimal{10'000 + number, 2});
                           writer.field(tag::leaves_qty, 400);
                           writer.field(tag::cum_qty, 100);
                           writer.field(tag::avg_px, Decimal{10'000 + number, 2});
                           const std::string_view text = writer.finish().text;
                           by_writer += text.size() + static_cast<unsigned char>(text.end()[-2]);
                       }
                   }});
    all.push_back({"QuickFIX, 6 values set, toString", [] {},
                   [&] {
                       for (std::size_t i = 0; i < count; ++i)
                           if (quickfix.write(1000 + number_of(i), ids[i % 2]) == 0) fail("empty");
                   }});
    measure(all, count, rounds);
    if (by_template != by_writer) fail("template and writer");
    std::printf("\nencoding an execution report\n");
    print(all, 0);
}

std::string unzipped(const std::string& path) {
    std::string bytes;
    const gzFile file = gzopen(path.c_str(), "rb");
    if (file == nullptr) return bytes;
    std::array<char, 65536> piece;
    for (int length = 0; (length = gzread(file, piece.data(), piece.size())) > 0;)
        bytes.append(piece.data(), static_cast<std::size_t>(length));
    gzclose(file);
    return bytes;
}

void feed(const std::string& path, unsigned rounds) {
    const std::string bytes = unzipped(path);
    if (bytes.empty()) {
        std::printf("\nno feed at %s\n", path.c_str());
        return;
    }
    constexpr std::size_t messages = 13'888;
    Message index;
    const auto pass = [&bytes](auto read) {
        std::size_t count = 0;
        for (std::string_view rest = bytes; !rest.empty(); ++count) {
            const Frame frame = read(rest);
            if (frame.status != FrameStatus::whole) fail("the feed");
            rest.remove_prefix(frame.bytes);
        }
        if (count != messages) fail("messages of the feed");
    };
    std::vector<Contender> all;
    all.push_back({"framed, summed, indexed, checked", [] {},
                   [&] { pass([&](std::string_view rest) { return index.read(rest); }); }});
    all.push_back({"the same without vector instructions", [] {},
                   [&] { pass([&](std::string_view rest) { return index.read_plainly(rest); }); }});
    all.push_back({"framed and summed only", [] {},
                   [&] { pass([&](std::string_view rest) { return find_frame(rest); }); }});
    measure(all, messages, rounds);
    std::printf("\nindex feed: %zu messages, %zu bytes each; %.1f M messages/s\n", messages,
                bytes.size() / messages, 1'000 / all[0].median());
    print(all, 0);
}

int run(int argc, char** argv) {
    unsigned rounds = 301;
    std::string dictionary = TICKWEIR_SOURCE "/gateway/fix/dictionary/FIX44.xml";
    for (int i = 1; i + 1 < argc; i += 2) {
        if (std::strcmp(argv[i], "--rounds") == 0)
            rounds = static_cast<unsigned>(std::atoi(argv[i + 1]));
        if (std::strcmp(argv[i], "--dictionary") == 0) dictionary = argv[i + 1];
    }
    pin_to(1);
    QuickFixMessages quickfix{dictionary};
    std::vector<std::string> reports;
    std::vector<std::string> orders;
    for (unsigned i = 0; i < distinct; ++i) {
        reports.push_back(execution_report(i, 170));
        orders.push_back(new_order(i, 135));
    }
    decode("execution report", reports, quickfix, rounds);
    decode("new order", orders, quickfix, rounds);
    feed(std::string{TICKWEIR_DATA} + "/fix/index-feed-2011-11-24.fix.gz", rounds);
    encode(quickfix, rounds);
    return 0;
}

}  // namespace
}  // namespace tickweir::bench

int main(int argc, char** argv) {
    return tickweir::bench::run(argc, argv);
}
