#include <array>

#include "vocabulary.hpp"

namespace medchain::testdata {

namespace {

constexpr auto measurement_list = std::to_array<Measurement>({
    {"8867-4", "Heart rate", "\u5fc3\u7387", "/min", "vital-signs", 48, 118, 0},
    {"8310-5", "Body temperature", "\u4f53\u6e29", "Cel", "vital-signs", 355, 398, 1},
    {"29463-7", "Body weight", "\u4f53\u91cd", "kg", "vital-signs", 3950, 12050, 2},
    {"8302-2", "Body height", "\u8eab\u9ad8", "cm", "vital-signs", 1450, 1960, 1},
    {"59408-5", "Oxygen saturation by pulse oximeter", "\u8840\u6c27\u9971\u548c\u5ea6", "%",
     "vital-signs", 88, 100, 0},
    {"2823-3", "Potassium in blood", "\u8840\u94be", "mmol/L", "laboratory", 290, 580, 2},
    {"2951-2", "Sodium in blood", "\u8840\u94a0", "mmol/L", "laboratory", 1280, 1490, 1},
    {"2160-0", "Creatinine in serum", "\u8840\u808c\u9150", "mg/dL", "laboratory", 50, 310, 2},
    {"2345-7", "Glucose in serum", "\u8840\u7cd6", "mg/dL", "laboratory", 61, 312, 0},
    {"4548-4", "Haemoglobin A1c share", "\u7cd6\u5316\u8840\u7ea2\u86cb\u767d", "%", "laboratory",
     46, 119, 1},
    {"718-7", "Haemoglobin in blood", "\u8840\u7ea2\u86cb\u767d", "g/dL", "laboratory", 80, 178, 1},
    {"6690-2", "White cell count", "\u767d\u7ec6\u80de\u8ba1\u6570", "10*3/uL", "laboratory", 210,
     1840, 2},
    {"777-3", "Platelet count", "\u8840\u5c0f\u677f\u8ba1\u6570", "10*3/uL", "laboratory", 90, 450,
     0},
    {"2093-3", "Total cholesterol", "\u603b\u80c6\u56fa\u9187", "mg/dL", "laboratory", 1100, 3100,
     1},
    {"1988-5", "C reactive protein", "C\u53cd\u5e94\u86cb\u767d", "mg/L", "laboratory", 20, 9400,
     2},
    {"2744-1", "Arterial pH", "\u52a8\u8109\u8840\u9178\u78b1\u5ea6", "[pH]", "laboratory", 705,
     760, 2},
});

constexpr auto diagnosis_list = std::to_array<Coded>({
    {"I10", "High blood pressure without known cause", "\u539f\u53d1\u6027\u9ad8\u8840\u538b"},
    {"E11.9", "Type 2 diabetes without complication", "2\u578b\u7cd6\u5c3f\u75c5"},
    {"J18.9", "Pneumonia, organism not named", "\u80ba\u708e"},
    {"J45.9", "Asthma", "\u652f\u6c14\u7ba1\u54ee\u5598"},
    {"K29.7", "Gastritis", "\u6162\u6027\u80c3\u708e"},
    {"N39.0", "Urinary tract infection", "\u6ccc\u5c3f\u9053\u611f\u67d3"},
    {"M54.5", "Low back pain", "\u8170\u75db"},
    {"I48.9", "Atrial fibrillation", "\u5fc3\u623f\u98a4\u52a8"},
    {"D50.9", "Iron deficiency anaemia", "\u7f3a\u94c1\u6027\u8d2b\u8840"},
    {"E78.5", "Raised blood lipids", "\u9ad8\u8102\u8840\u75c7"},
    {"G43.9", "Migraine", "\u504f\u5934\u75db"},
    {"S52.5", "Fracture of the lower end of radius", "\u6861\u9aa8\u8fdc\u7aef\u9aa8\u6298"},
    {"K80.2", "Gallbladder stone", "\u80c6\u56ca\u7ed3\u77f3"},
    {"F32.1", "Moderate depressive episode", "\u4e2d\u5ea6\u6291\u90c1\u53d1\u4f5c"},
});

constexpr auto drug_list = std::to_array<Coded>({
    {"A10BA02", "metformin 500 mg tablet", "\u4e8c\u7532\u53cc\u80cd\u7247 500 mg"},
    {"C09AA05", "ramipril 5 mg capsule", "\u96f7\u7c73\u666e\u5229\u80f6\u56ca 5 mg"},
    {"C08CA01", "amlodipine 5 mg tablet", "\u6c28\u6c2f\u5730\u5e73\u7247 5 mg"},
    {"C10AA05", "atorvastatin 20 mg tablet", "\u963f\u6258\u4f10\u4ed6\u6c40\u7247 20 mg"},
    {"J01CA04", "amoxicillin 500 mg capsule", "\u963f\u83ab\u897f\u6797\u80f6\u56ca 500 mg"},
    {"N02BE01", "paracetamol 500 mg tablet", "\u5bf9\u4e59\u9170\u6c28\u57fa\u915a\u7247 500 mg"},
    {"R03AC02", "salbutamol 100 ug inhaler", "\u6c99\u4e01\u80fa\u9187\u6c14\u96fe\u5242 100 ug"},
    {"A02BC01", "omeprazole 20 mg capsule", "\u5965\u7f8e\u62c9\u5511\u80f6\u56ca 20 mg"},
    {"B01AF02", "apixaban 2.5 mg tablet", "\u963f\u54cc\u6c99\u73ed\u7247 2.5 mg"},
    {"B03AA07", "iron sulphate 200 mg tablet", "\u786b\u9178\u4e9a\u94c1\u7247 200 mg"},
    {"H02AB06", "prednisolone 5 mg tablet", "\u6cfc\u5c3c\u677e\u9f99\u7247 5 mg"},
    {"N06AB06", "sertraline 50 mg tablet", "\u820d\u66f2\u6797\u7247 50 mg"},
});

}  // namespace

std::span<const Measurement> measurements() { return measurement_list; }
std::span<const Coded> diagnoses() { return diagnosis_list; }
std::span<const Coded> drugs() { return drug_list; }

}  // namespace medchain::testdata
