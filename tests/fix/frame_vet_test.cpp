#include "gateway/fix/frame_vet.hpp"

#include <gtest/gtest.h>

#include <string>
#include <tuple>

#include "tests/fix/fix_text.hpp"

namespace tickweir::tests {
namespace {

using gateway::fix::RejectReason;
using gateway::fix::VetResult;
using gateway::fix::VetStatus;

VetResult vet_of(const std::string& text) {
    static codecs::fix::Message message;
    const codecs::fix::Frame frame = message.read(text);
    EXPECT_EQ(frame.status, codecs::fix::FrameStatus::whole) << with_bars(text);
    return gateway::fix::vet(message);
}

VetResult vet_with(const std::string& body) {
    return vet_of(client_message("A", "D", 7, body));
}

/// Status, reason and tag.
using Verdict = std::tuple<VetStatus, RejectReason, std::uint32_t>;
Verdict reject(RejectReason reason, std::uint32_t tag) {
    return {VetStatus::reject, reason, tag};
}
Verdict verdict(const VetResult& result) {
    return {result.status, result.reason, result.tag};
}

TEST(FrameVetTest, LetsAWellFormedMessagePassWithItsNumber) {
    const VetResult result = vet_with("11=1|95=3|96=a|b|453=0|");
    EXPECT_EQ(result.status, VetStatus::good);
    EXPECT_EQ(result.number, 7u);
}

TEST(FrameVetTest, NamesReasonAndTagOfWhatIsWrong) {
    EXPECT_EQ(verdict(vet_with("58=|")), reject(RejectReason::tag_without_value, 58));
    EXPECT_EQ(verdict(vet_with("0=1|")), reject(RejectReason::invalid_tag, 0));
    EXPECT_EQ(verdict(vet_with("nothing|")), reject(RejectReason::invalid_tag, 0));
    EXPECT_EQ(verdict(vet_with("95=2147483647|96=x|")), reject(RejectReason::value_incorrect, 95));
    EXPECT_EQ(verdict(vet_with("95=1000|96=x|")), reject(RejectReason::data_format, 95));
    EXPECT_EQ(verdict(vet_with("95=-1|96=x|")), reject(RejectReason::data_format, 95));
    EXPECT_EQ(verdict(vet_with("95=1|58=x|")), reject(RejectReason::required_tag_missing, 96));
    EXPECT_EQ(verdict(vet_with("96=x|")), reject(RejectReason::required_tag_missing, 95));
    EXPECT_EQ(verdict(vet_with("453=-1|")), reject(RejectReason::data_format, 453));
    EXPECT_EQ(verdict(vet_with("453=99999|")), reject(RejectReason::group_count, 453));
    EXPECT_EQ(verdict(vet_with("146=1|48=1|55=A|")), reject(RejectReason::group_out_of_order, 146));
    EXPECT_EQ(verdict(vet_with("146=0|48=1|55=A|")), verdict(vet_with("")));
    EXPECT_EQ(verdict(vet_with("43=maybe|")), reject(RejectReason::data_format, 43));
    EXPECT_EQ(verdict(vet_with("122=never|")), reject(RejectReason::data_format, 122));
    EXPECT_EQ(verdict(vet_with("36=0|")), reject(RejectReason::value_incorrect, 36));
    EXPECT_EQ(verdict(vet_with("36=2147483648|")), reject(RejectReason::value_incorrect, 36));
    EXPECT_EQ(verdict(vet_with("108=abc|")), reject(RejectReason::data_format, 108));
}

TEST(FrameVetTest, RefusesTwoFieldsOfWhichOnlyOneWouldBeLookedAt) {
    EXPECT_EQ(verdict(vet_with("34=8|")), reject(RejectReason::repeated_tag, 34));
    EXPECT_EQ(verdict(vet_with("49=B|")), reject(RejectReason::repeated_tag, 49));
    EXPECT_EQ(verdict(vet_with("95=4|96=abcd|95=1|96=x|")), reject(RejectReason::repeated_tag, 95));
    EXPECT_EQ(vet_with("95=1|96=a|95=1|96=x|").status, VetStatus::good);
    EXPECT_EQ(vet_with("447=D|447=D|").status, VetStatus::good) << "groups repeat their tags";
}

TEST(FrameVetTest, TellsAMissingNumberFromAWrongField) {
    const std::string time = "|52=" + time_text() + "|";
    EXPECT_EQ(vet_of(framed("35=D|49=A|56=B" + time)).status, VetStatus::no_number);
    EXPECT_EQ(vet_of(framed("35=D|49=A|56=B|34=x" + time)).status, VetStatus::no_number);
    EXPECT_EQ(vet_of(framed("35=D|49=A|56=B|34=0" + time)).status, VetStatus::no_number);
    EXPECT_EQ(vet_of(framed("35=D|49=A|56=B|34=99999999999" + time)).status, VetStatus::no_number);
    EXPECT_EQ(vet_of(framed("35=D|x=1|49=A|56=B|34=1" + time)).status, VetStatus::ignore)
        << "what comes behind a broken field is not looked at";
    EXPECT_EQ(verdict(vet_of(framed("35=D|49=A|56=B|34=1|"))),
              reject(RejectReason::required_tag_missing, 52));
}

}  // namespace
}  // namespace tickweir::tests
