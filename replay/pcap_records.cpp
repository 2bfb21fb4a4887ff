#include "replay/pcap_records.hpp"

#include <pcap/pcap.h>
#include <stdio_ext.h>
#include <sys/types.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <span>
#include <string>
#include <utility>

namespace tickweir::replay {

namespace {

struct ClosePcap {
    void operator()(pcap_t* pcap) const { pcap_close(pcap); }
};

/// How stdio reads a ByteSource. Damage looks like the end; the source remembers what it was.
ssize_t read_source(void* source, char* out, std::size_t bytes) {
    const auto got =
        static_cast<ByteSource*>(source)->read(std::as_writable_bytes(std::span{out, bytes}));
    return static_cast<ssize_t>(got.bytes);
}

/// Only tells the position, which is all that ftello asks.
int tell_source(void* source, off64_t* offset, int whence) {
    if (whence != SEEK_CUR || *offset != 0) return -1;
    *offset = static_cast<off64_t>(static_cast<ByteSource*>(source)->position());
    return 0;
}

std::optional<Link> link_of(int type) {
    switch (type) {
        case DLT_EN10MB:
            return Link::ethernet;
        case DLT_RAW:
        case DLT_IPV4:
        case DLT_IPV6:
            return Link::raw_ip;
        case DLT_LINUX_SLL:
            return Link::linux_sll;
        case DLT_LINUX_SLL2:
            return Link::linux_sll2;
        case DLT_NULL:
            return Link::null_host;
        case DLT_LOOP:
            return Link::loop_network;
        default:
            return std::nullopt;
    }
}

/// None where the file claims a time that 64 bits of nanoseconds do not hold.
std::optional<book::TimeNs> time_of(const pcap_pkthdr& header) {
    using std::chrono::nanoseconds, std::chrono::seconds;
    constexpr auto seconds_max =
        std::chrono::floor<seconds>(nanoseconds::max()) - std::chrono::hours{24};  // to wait in
    const seconds whole{header.ts.tv_sec};
    // They stand where the name says microseconds: that precision was asked for.
    const nanoseconds rest{header.ts.tv_usec};
    const bool fits =
        whole >= seconds{0} && whole < seconds_max && rest >= nanoseconds{0} && rest < seconds{1};
    return fits ? std::optional{book::TimeNs{whole + rest}} : std::nullopt;
}

std::string link_text(int type) {
    const char* name = pcap_datalink_val_to_name(type);
    return "link type " + std::to_string(type) +
           (name != nullptr ? " (" + std::string{name} + ")" : "");
}

}  // namespace

struct PcapRecords::State {
    /// stdio asks the source for this much at once, so that a call costs nothing per packet.
    static constexpr std::size_t stream_bytes = std::size_t{256} * 1024;

    explicit State(ByteSource from) : source{std::move(from)} {}

    bool start(std::string& error);
    CaptureStatus stop(int code, std::uint64_t offset);

    ByteSource source;
    std::array<char, stream_bytes> stream_buffer;
    std::unique_ptr<pcap_t, ClosePcap> pcap;  // owns `stream`
    std::FILE* stream = nullptr;
    Link link = Link::ethernet;
    std::optional<CaptureStatus> over;
    Damage damage;
};

bool PcapRecords::State::start(std::string& error) {
    stream = fopencookie(&source, "r", {read_source, nullptr, tell_source, nullptr});
    if (stream == nullptr) {
        error = "out of memory";
        return false;
    }
    // One thread owns it: libpcap's two reads a packet would lock it each time.
    __fsetlocking(stream, FSETLOCKING_BYCALLER);
    std::setvbuf(stream, stream_buffer.data(), _IOFBF, stream_buffer.size());
    std::array<char, PCAP_ERRBUF_SIZE> text{};
    pcap.reset(
        pcap_fopen_offline_with_tstamp_precision(stream, PCAP_TSTAMP_PRECISION_NANO, text.data()));
    if (!pcap) {
        std::fclose(stream);
        error = std::string{"pcap: "} +
                (source.damage().what.empty() ? text.data() : source.damage().what.c_str());
        return false;
    }
    const int type = pcap_datalink(pcap.get());
    const auto known = link_of(type);
    if (!known) {
        error = "pcap: " + link_text(type) + " is not supported";
        return false;
    }
    link = *known;
    return true;
}

/// Tells why libpcap gave no packet; `offset` is where the record would have begun.
CaptureStatus PcapRecords::State::stop(int code, std::uint64_t offset) {
    if (!source.damage().what.empty()) {
        damage = source.damage();
        switch (source.read({}).status) {
            case ReadStatus::truncated:
                return CaptureStatus::truncated;
            case ReadStatus::io_error:
                return CaptureStatus::failed;
            case ReadStatus::ok:
            case ReadStatus::end:
            case ReadStatus::damaged:
                return CaptureStatus::damaged;
        }
    }
    if (code == PCAP_ERROR_BREAK) return CaptureStatus::end;
    damage.what = std::string{"pcap: "} + pcap_geterr(pcap.get());
    damage.offset = offset;
    damage.file_offset =
        source.compression() == Compression::none ? offset : source.file_position();
    // libpcap asks for exactly a record's bytes, so that only a cut record meets the end.
    return std::feof(stream) != 0 ? CaptureStatus::truncated : CaptureStatus::damaged;
}

Result<PcapRecords> PcapRecords::open(ByteSource source) {
    auto state = std::make_unique<State>(std::move(source));
    std::string error;
    if (!state->start(error)) return error;
    return PcapRecords{std::move(state)};
}

PcapRecords::PcapRecords(std::unique_ptr<State> state) : state_{std::move(state)} {}
PcapRecords::PcapRecords(PcapRecords&&) noexcept = default;
PcapRecords& PcapRecords::operator=(PcapRecords&&) noexcept = default;
PcapRecords::~PcapRecords() = default;

CaptureStatus PcapRecords::next(PcapRecord& record) {
    State& state = *state_;
    if (state.over) return *state.over;
    const auto offset = static_cast<std::uint64_t>(ftello(state.stream));
    pcap_pkthdr* header = nullptr;
    const u_char* bytes = nullptr;
    const int code = pcap_next_ex(state.pcap.get(), &header, &bytes);
    if (code != 1) {
        state.over = state.stop(code, offset);
        return *state.over;
    }
    record = {std::as_bytes(std::span{bytes, header->caplen}), offset, time_of(*header)};
    return CaptureStatus::block;
}

Link PcapRecords::link() const {
    return state_->link;
}

const Damage& PcapRecords::damage() const {
    return state_->damage;
}

const ByteSource& PcapRecords::source() const {
    return state_->source;
}

}  // namespace tickweir::replay
